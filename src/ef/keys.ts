/**
 * Keys and counters that the ME leaves on the card between two sessions.
 *
 *     EF_Keys, EF_KeysPS    KSI 1 | CK 16 | IK 16
 *     EF_Kc, EF_KcGPRS      Kc 8 | CKSN 1
 *     EF_START-HFN          START CS 3 | START PS 3
 *     EF_THRESHOLD          maximum of START 3
 *
 * A KSI or CKSN of 7 says that there is no key. Security contexts of EPS and 5GS are octets here:
 * the card keeps them and does not look inside.
 *
 * @see 3GPP TS 31.102 §4.2.3, §4.2.4, §4.2.51, §4.2.52, §4.2.92, §4.4.3.1, §4.4.3.2, §4.4.11.4
 * @module
 */

import { octets, uint } from '../bytes/layout.ts';
import { filled } from '../bytes/octets.ts';
import { fixed, opaque } from './codec.ts';
import type { EfCodec, EfDefinition } from './definition.ts';

/** The key set identifier of "no key". */
export const NO_KEY = 7;

/** EF_Keys and EF_KeysPS. Secret. */
export interface SessionKeys {
  /** Key set identifier, 0 to 6; 7 for no key. */
  readonly ksi: number;
  /** 16 octets. */
  readonly ck: Uint8Array;
  /** 16 octets. */
  readonly ik: Uint8Array;
}

/** EF_Keys without keys. */
export const NO_KEYS: SessionKeys = { ksi: NO_KEY, ck: filled(16, 0xff), ik: filled(16, 0xff) };

function sessionKeys(name: string): EfCodec<SessionKeys> {
  return fixed<SessionKeys>(name, { ksi: uint(1), ck: octets(16), ik: octets(16) });
}

/** Ciphering and integrity keys of the circuit switched domain. */
export const EF_Keys: EfDefinition<SessionKeys> = {
  name: 'EF_Keys',
  fid: 0x6f08,
  sfi: 0x08,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.3',
  ...sessionKeys('EF_Keys'),
  vectors: [
    [`07${'ff'.repeat(32)}`, NO_KEYS], // default test profile
    // worked by hand
    [
      `02${'11'.repeat(16)}${'22'.repeat(16)}`,
      { ksi: 2, ck: filled(16, 0x11), ik: filled(16, 0x22) },
    ],
  ],
};

/** Ciphering and integrity keys of the packet switched domain. */
export const EF_KeysPS: EfDefinition<SessionKeys> = {
  name: 'EF_KeysPS',
  fid: 0x6f09,
  sfi: 0x09,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.4',
  ...sessionKeys('EF_KeysPS'),
  vectors: [[`07${'ff'.repeat(32)}`, NO_KEYS]], // default test profile
};

/** EF_Kc and EF_KcGPRS. Secret. */
export interface GsmKey {
  /** 8 octets. */
  readonly kc: Uint8Array;
  /** Ciphering key sequence number, 0 to 6; 7 for no key. */
  readonly cksn: number;
}

/** EF_Kc without a key. */
export const NO_GSM_KEY: GsmKey = { kc: filled(8, 0xff), cksn: NO_KEY };

function gsmKey(name: string): EfCodec<GsmKey> {
  return fixed<GsmKey>(name, { kc: octets(8), cksn: uint(1) });
}

/** Ciphering key of GSM. */
export const EF_Kc: EfDefinition<GsmKey> = {
  name: 'EF_Kc',
  fid: 0x4f20,
  sfi: 0x01,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.3.1',
  ...gsmKey('EF_Kc'),
  vectors: [['ffffffffffffffff07', NO_GSM_KEY]], // default test profile
};

/** Ciphering key of GPRS. */
export const EF_KcGPRS: EfDefinition<GsmKey> = {
  name: 'EF_KcGPRS',
  fid: 0x4f52,
  sfi: 0x02,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.3.2',
  ...gsmKey('EF_KcGPRS'),
  vectors: [['ffffffffffffffff07', NO_GSM_KEY]], // default test profile
};

/** EF_START-HFN: where hyperframe numbers start, 20 bits each. */
export interface StartHfn {
  readonly cs: number;
  readonly ps: number;
}

/** EF_START-HFN before any key was used. */
export const INITIAL_START_HFN: StartHfn = { cs: 0xf00000, ps: 0xf00000 };

/** Initial values of hyperframe numbers. */
export const EF_START_HFN: EfDefinition<StartHfn> = {
  name: 'EF_START-HFN',
  fid: 0x6f5b,
  sfi: 0x0f,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.51',
  ...fixed<StartHfn>('EF_START-HFN', { cs: uint(3), ps: uint(3) }),
  vectors: [['f00000f00000', INITIAL_START_HFN]], // default test profile
};

/** EF_THRESHOLD: the START at which keys are too old. */
export interface Threshold {
  readonly maximumStart: number;
}

/** Maximum value of START. */
export const EF_THRESHOLD: EfDefinition<Threshold> = {
  name: 'EF_THRESHOLD',
  fid: 0x6f5c,
  sfi: 0x10,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.52',
  ...fixed<Threshold>('EF_THRESHOLD', { maximumStart: uint(3) }),
  vectors: [['ffffff', { maximumStart: 0xffffff }]], // default test profile
};

/** Security context of the NAS of EPS, one a record. Secret. */
export const EF_EPSNSC: EfDefinition<Uint8Array> = {
  name: 'EF_EPSNSC',
  fid: 0x6fe4,
  sfi: 0x18,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.2.92',
  ...opaque('EF_EPSNSC'),
  vectors: [['ff'.repeat(54), filled(54, 0xff)]], // default test profile
};

/** Security context of the NAS of 5GS for 3GPP access, one a record. Secret. */
export const EF_5GS3GPPNSC: EfDefinition<Uint8Array> = {
  name: 'EF_5GS3GPPNSC',
  fid: 0x4f03,
  sfi: 0x03,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.4.11.4',
  ...opaque('EF_5GS3GPPNSC'),
  vectors: [['ff'.repeat(57), filled(57, 0xff)]], // default test profile
};

/** Security context of the NAS of 5GS for non-3GPP access, one a record. Secret. */
export const EF_5GSN3GPPNSC: EfDefinition<Uint8Array> = {
  name: 'EF_5GSN3GPPNSC',
  fid: 0x4f04,
  sfi: 0x04,
  structure: 'linear',
  clause: '3GPP TS 31.102 §4.4.11.5',
  ...opaque('EF_5GSN3GPPNSC'),
  vectors: [['ff'.repeat(57), filled(57, 0xff)]], // default test profile
};

/** K_AUSF and K_SEAF. Secret. */
export const EF_5GAUTHKEYS: EfDefinition<Uint8Array> = {
  name: 'EF_5GAUTHKEYS',
  fid: 0x4f05,
  sfi: 0x05,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.4.11.6',
  ...opaque('EF_5GAUTHKEYS'),
  vectors: [['ff'.repeat(68), filled(68, 0xff)]], // default test profile
};
