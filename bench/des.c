/*
 * 3DES-CBC with two keys by OpenSSL: ciphers or deciphers a number of messages of 104 octets.
 *
 * Called with `encrypt` or `decrypt` and the number of messages; prints nanoseconds of processor
 * time for one, and the XOR of four octets of each output, which must be the same as in des.ts. The
 * key is set once; a message only sets the initial vector back to zeros.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OCTETS 104

int main(int argc, char **argv)
{
  const int encrypt = argc > 1 && strcmp(argv[1], "encrypt") == 0;
  const long count = argc > 2 ? atol(argv[2]) : 1;
  unsigned char key[16], iv[8] = {0}, message[OCTETS], out[OCTETS];
  struct timespec before, after;
  unsigned sum = 0;
  int length;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

  for (int i = 0; i < 16; i++)
    key[i] = i * 17;
  for (int i = 0; i < OCTETS; i++)
    message[i] = i;
  if (!context || !EVP_CipherInit_ex(context, EVP_des_ede_cbc(), NULL, key, iv, encrypt))
    return 1;
  EVP_CIPHER_CTX_set_padding(context, 0);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  for (long n = 0; n < count; n++) {
    message[0] = n;
    message[1] = n >> 8;
    message[2] = n >> 16;
    if (!EVP_CipherInit_ex(context, NULL, NULL, NULL, iv, -1))
      return 1;
    if (!EVP_CipherUpdate(context, out, &length, message, OCTETS) || length != OCTETS)
      return 1;
    sum ^= out[0] ^ out[7] ^ out[OCTETS - 8] ^ out[OCTETS - 1];
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  const double ns = (after.tv_sec - before.tv_sec) * 1e9 + (after.tv_nsec - before.tv_nsec);
  printf("%.3f %u\n", ns / count, sum);
  EVP_CIPHER_CTX_free(context);
  return 0;
}
