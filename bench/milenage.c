/*
 * MILENAGE by libosmogsm: AK, RES, CK, IK and MAC-A for each of a number of RANDs.
 *
 * Called with the number of RANDs; prints nanoseconds of processor time for one, and the XOR of the
 * first and last octets of all outputs, which must be the same as in milenage.ts. The two functions
 * are exported, but in no header.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int milenage_f1(const uint8_t *opc, const uint8_t *k, const uint8_t *rand, const uint8_t *sqn,
                const uint8_t *amf, uint8_t *mac_a, uint8_t *mac_s);
int milenage_f2345(const uint8_t *opc, const uint8_t *k, const uint8_t *rand, uint8_t *res,
                   uint8_t *ck, uint8_t *ik, uint8_t *ak, uint8_t *akstar);

static unsigned ends(const uint8_t *octets, int length)
{
  return octets[0] ^ octets[length - 1];
}

int main(int argc, char **argv)
{
  const long count = argc > 1 ? atol(argv[1]) : 1;
  uint8_t k[16], opc[16], rand[16] = {0}, sqn[6] = {0, 0, 0, 0, 0, 32}, amf[2] = {0x80, 0};
  uint8_t res[8], ck[16], ik[16], ak[6], mac_a[8];
  struct timespec before, after;
  unsigned sum = 0;

  for (int i = 0; i < 16; i++) {
    k[i] = i;
    opc[i] = 255 - i;
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  for (long n = 0; n < count; n++) {
    rand[0] = n;
    rand[1] = n >> 8;
    rand[2] = n >> 16;
    milenage_f2345(opc, k, rand, res, ck, ik, ak, NULL);
    milenage_f1(opc, k, rand, sqn, amf, mac_a, NULL);
    sum ^= ends(res, 8) ^ ends(ck, 16) ^ ends(ik, 16) ^ ends(ak, 6) ^ ends(mac_a, 8);
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  const double ns = (after.tv_sec - before.tv_sec) * 1e9 + (after.tv_nsec - before.tv_nsec);
  printf("%.3f %u\n", ns / count, sum);
  return 0;
}
