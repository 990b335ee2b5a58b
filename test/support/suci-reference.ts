/**
 * A second ECIES of the SUCI, made of what Node.js has: against it ours is compared.
 *
 * @see 3GPP TS 33.501 (ECIES profiles A and B)
 * @module
 */

import {
  createCipheriv,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
} from 'node:crypto';

/** What stands before the 32 octets of an X25519 key in PKCS #8 and in SPKI. */
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');

/** The secret that two X25519 keys share. */
export function agreeX25519(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return diffieHellman({
    privateKey: createPrivateKey({
      key: Buffer.concat([PKCS8, privateKey]),
      format: 'der',
      type: 'pkcs8',
    }),
    publicKey: createPublicKey({
      key: Buffer.concat([SPKI, publicKey]),
      format: 'der',
      type: 'spki',
    }),
  });
}

/** The secret that two P-256 keys share. */
export function agreeP256(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey);
  return ecdh.computeSecret(publicKey);
}

/** Scheme output for a shared secret and an ephemeral public key. */
export function sealed(
  plain: Uint8Array,
  secret: Uint8Array,
  ephemeralPublicKey: Uint8Array,
): Uint8Array {
  const keys = Buffer.concat(
    [1, 2].map((n) =>
      createHash('sha256')
        .update(secret)
        .update(Uint8Array.of(0, 0, 0, n))
        .update(ephemeralPublicKey)
        .digest(),
    ),
  );
  const cipher = createCipheriv('aes-128-ctr', keys.subarray(0, 16), keys.subarray(16, 32));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  const tag = createHmac('sha256', keys.subarray(32)).update(ciphertext).digest().subarray(0, 8);
  return new Uint8Array(Buffer.concat([ephemeralPublicKey, ciphertext, tag]));
}
