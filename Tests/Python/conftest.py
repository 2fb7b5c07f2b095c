import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

# Whoever starts this in the background of a shell has it ignored, and so have the programs that the
# tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
