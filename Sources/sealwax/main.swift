internal import SealwaxCommands
print("sealwax")
