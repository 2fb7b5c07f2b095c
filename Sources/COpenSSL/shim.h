// The parts of OpenSSL's libcrypto that CryptoCore, X509 and TLSClient call.
//
// SHA256_* and BF_encrypt are called below EVP: a hash by EVP costs an allocation and a dispatch
// that are many times the one or two blocks that an HMAC or HKDF needs, and EVP has no way to the
// Blowfish key schedule that bcrypt changes. OpenSSL 3 marks these functions as deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/blowfish.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// Macros that Swift cannot import.
static const int COpenSSLSelectPublicKey = EVP_PKEY_PUBLIC_KEY;
static const int COpenSSLSelectKeyPair = EVP_PKEY_KEYPAIR;
static const unsigned long COpenSSLNameRFC2253 = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
static const uint64_t COpenSSLProbeOptions =
    SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_TICKET;
