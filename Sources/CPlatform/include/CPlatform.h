// What Swift cannot import from the C library by itself.
#ifndef SEALWAX_CPLATFORM_H
#define SEALWAX_CPLATFORM_H
#endif
