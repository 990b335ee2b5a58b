/**
 * Service tables: one bit a service, service 1 in b1 of octet 1.
 *
 *     octet 1  8 7 6 5 4 3 2 1
 *     octet 2  16 15 14 13 12 11 10 9
 *
 * A service behind the end of the table is not available.
 *
 * @see 3GPP TS 31.102 §4.2.8 (EF_UST), §4.2.47 (EF_EST); 3GPP TS 31.103 §4.2.7 (EF_IST)
 * @module
 */

import { DecodeError } from '../bytes/errors.ts';
import { padded } from '../bytes/octets.ts';
import type { EfCodec, EfDefinition } from './definition.ts';

/** Numbers of the services that are available, ascending. */
export type ServiceTable = readonly number[];

/** Tells whether a service is available (EF_EST: enabled). */
export function isAvailable(table: ServiceTable, service: number): boolean {
  return table.includes(service);
}

/** Declares a table of services, or of other things that are counted from 1. */
export function serviceTable(name: string): EfCodec<ServiceTable> {
  return {
    decode(octets) {
      if (octets.length === 0) throw new DecodeError(name, 0, 'expected an octet');
      const services: number[] = [];
      for (let bit = 0; bit < octets.length * 8; bit++) {
        if ((octets[bit >> 3]! & (1 << (bit % 8))) !== 0) services.push(bit + 1);
      }
      return services;
    },
    encode(services, size) {
      if (!services.every((service) => Number.isInteger(service) && service > 0)) {
        throw new RangeError(`${name}: expected numbers of services from 1`);
      }
      const octets = new Uint8Array(Math.max(1, Math.ceil(Math.max(0, ...services) / 8)));
      for (const service of services) octets[(service - 1) >> 3]! |= 1 << ((service - 1) % 8);
      if (size !== undefined && size < octets.length) {
        throw new RangeError(`${name}: expected at most service ${size * 8}`);
      }
      return padded(octets, size ?? octets.length, 0);
    },
  };
}

/** Services of the USIM. */
export const EF_UST: EfDefinition<ServiceTable> = {
  name: 'EF_UST',
  fid: 0x6f38,
  sfi: 0x04,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.8',
  ...serviceTable('EF_UST'),
  vectors: [
    // default test profile
    [
      '000a1f0c21360400400110000000002e00',
      [
        10, 12, 17, 18, 19, 20, 21, 27, 28, 33, 38, 42, 43, 45, 46, 51, 71, 73, 85, 122, 123, 124,
        126,
      ],
    ],
  ],
};

/** Services of the USIM that the user has enabled: 1 FDN, 2 BDN, 3 ACL. */
export const EF_EST: EfDefinition<ServiceTable> = {
  name: 'EF_EST',
  fid: 0x6f56,
  sfi: 0x05,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.47',
  ...serviceTable('EF_EST'),
  vectors: [
    ['00', []], // worked by hand
    ['05', [1, 3]], // worked by hand
  ],
};

/** Services of the ISIM. */
export const EF_IST: EfDefinition<ServiceTable> = {
  name: 'EF_IST',
  fid: 0x6f07,
  sfi: 0x07,
  structure: 'transparent',
  clause: '3GPP TS 31.103 §4.2.7',
  ...serviceTable('EF_IST'),
  vectors: [
    ['00', []], // default test profile
    ['1100', [1, 5]], // worked by hand
  ],
};
