// What OpenSSL alone takes for a folder of certificates: each file is read and parsed, its names and
// extensions are decoded, its fingerprints taken, and its chain verified for a server's purpose.
//
//   certificates CA.pem SECONDS-SINCE-1970 < list of files

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static X509 *load(const char *path) {
  BIO *file = BIO_new_file(path, "rb");
  if (!file) return NULL;
  X509 *certificate = PEM_read_bio_X509(file, NULL, NULL, NULL);
  BIO_free(file);
  return certificate;
}

static void name(X509_NAME *value) {
  BIO *text = BIO_new(BIO_s_mem());
  X509_NAME_print_ex(text, value, 0, XN_FLAG_RFC2253);
  BIO_free(text);
}

static void decode(X509 *certificate) {
  static const int kinds[] = {NID_subject_alt_name, NID_key_usage, NID_ext_key_usage,
    NID_basic_constraints, NID_subject_key_identifier, NID_authority_key_identifier};
  name(X509_get_subject_name(certificate));
  name(X509_get_issuer_name(certificate));
  GENERAL_NAMES_free(X509_get_ext_d2i(certificate, kinds[0], NULL, NULL));
  ASN1_BIT_STRING_free(X509_get_ext_d2i(certificate, kinds[1], NULL, NULL));
  EXTENDED_KEY_USAGE_free(X509_get_ext_d2i(certificate, kinds[2], NULL, NULL));
  BASIC_CONSTRAINTS_free(X509_get_ext_d2i(certificate, kinds[3], NULL, NULL));
  ASN1_OCTET_STRING_free(X509_get_ext_d2i(certificate, kinds[4], NULL, NULL));
  AUTHORITY_KEYID_free(X509_get_ext_d2i(certificate, kinds[5], NULL, NULL));
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size;
  X509_digest(certificate, EVP_sha256(), digest, &size);
  X509_pubkey_digest(certificate, EVP_sha256(), digest, &size);
  EVP_PKEY_get_bits(X509_get0_pubkey(certificate));
}

int main(int count, char **arguments) {
  if (count != 3) return 64;
  X509_STORE *store = X509_STORE_new();
  X509 *authority = load(arguments[1]);
  if (!authority || X509_STORE_add_cert(store, authority) != 1) return 65;
  char path[4096];
  long verified = 0;
  while (fgets(path, sizeof path, stdin)) {
    path[strcspn(path, "\n")] = 0;
    X509 *certificate = load(path);
    if (!certificate) return 65;
    decode(certificate);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_STORE_CTX_init(context, store, certificate, NULL);
    X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
    X509_STORE_CTX_set_time(context, 0, atol(arguments[2]));
    if (X509_verify_cert(context) == 1) verified++;
    X509_STORE_CTX_free(context);
    X509_free(certificate);
  }
  printf("%ld\n", verified);
  return 0;
}
