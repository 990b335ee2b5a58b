/**
 * EF_UMPC: what power the card needs, and whether it can be suspended.
 *
 *     maximum current 1 | operator's timeout 1 | flags 1 | RFU 2
 *
 * @see ETSI TS 102 221 §13.5
 * @module
 */

import { uint } from '../bytes/layout.ts';
import { fixed } from './codec.ts';
import type { EfDefinition } from './definition.ts';
import { flags, type SpareBit } from './fields.ts';

/** EF_UMPC. */
export interface PowerConsumption {
  /** In milliamperes. */
  readonly maximumCurrent: number;
  /** In seconds. */
  readonly timeout: number;
  readonly flags: readonly ('increased-idle-current' | 'suspension-supported' | SpareBit)[];
}

/** Maximum power consumption of the card. */
export const EF_UMPC: EfDefinition<PowerConsumption> = {
  name: 'EF_UMPC',
  fid: 0x2f08,
  sfi: 0x08,
  structure: 'transparent',
  clause: 'ETSI TS 102 221 §13.5',
  ...fixed<PowerConsumption>('EF_UMPC', {
    maximumCurrent: uint(1),
    timeout: uint(1),
    flags: flags(1, { 'increased-idle-current': 0x01, 'suspension-supported': 0x02 }),
  }),
  vectors: [
    ['3c0500ffff', { maximumCurrent: 60, timeout: 5, flags: [] }], // default test profile
    // worked by hand
    [
      '0a0a83ffff',
      {
        maximumCurrent: 10,
        timeout: 10,
        flags: ['increased-idle-current', 'suspension-supported', 'b8'],
      },
    ],
  ],
};
