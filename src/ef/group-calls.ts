/**
 * Voice group calls, voice broadcasts and priorities of calls.
 *
 *     EF_VGCS, EF_VBS       group 4 | group 4 | 'FFFFFFFF' …
 *     EF_VGCSS, EF_VBSS     one bit a group, the first in b1 of octet 1    7
 *     EF_VGCSCA, EF_VBSCA   algorithm of key 1, algorithm of key 2 | …
 *     EF_eMLPP              levels 1 | levels with fast call set-up 1
 *     EF_AAeM               levels that are answered at once 1
 *
 * @see 3GPP TS 31.102 §4.2.39, §4.2.40, §4.2.73, §4.2.74, §4.2.75, §4.2.76, §4.2.77, §4.2.78
 * @module
 */

import { type Field, uint } from '../bytes/layout.ts';
import { fixed, fixedEntry, listOf } from './codec.ts';
import type { EfDefinition, EfPlace } from './definition.ts';
import { digits, flags, type SpareBit } from './fields.ts';
import { type ServiceTable, serviceTable } from './services.ts';

/** A group of callers or listeners. */
export interface CallGroup {
  /** Up to 8 digits. */
  readonly identifier: string;
}

function groups(place: EfPlace): EfDefinition<readonly (CallGroup | undefined)[]> {
  return {
    ...place,
    structure: 'transparent',
    ...listOf(place.name, fixedEntry<CallGroup>('group', { identifier: digits(4) })),
    // worked by hand
    vectors: [['21f3ffff21436587ffffffff', [{ identifier: '123' }, { identifier: '12345678' }]]],
  };
}

function groupStatus(place: EfPlace): EfDefinition<ServiceTable> {
  return {
    ...place,
    structure: 'transparent',
    ...serviceTable(place.name),
    // worked by hand: groups 1 and 50, and six bits that are spare and set
    vectors: [['010000000000fe', [1, 50, 51, 52, 53, 54, 55, 56]]],
  };
}

/** The algorithms for one group; 0 for no ciphering. */
export interface GroupAlgorithms {
  readonly key1: number;
  readonly key2: number;
}

function groupAlgorithms(place: EfPlace): EfDefinition<readonly (GroupAlgorithms | undefined)[]> {
  return {
    ...place,
    structure: 'transparent',
    ...listOf(
      place.name,
      fixedEntry<GroupAlgorithms>('algorithms', { key1: uint(1), key2: uint(1) }),
    ),
    vectors: [
      [
        '01020000ffff',
        [
          { key1: 1, key2: 2 },
          { key1: 0, key2: 0 },
        ],
      ],
    ], // worked by hand
  };
}

/** The files of groups, in pairs: for group calls and for broadcasts. */
export const GROUP_CALL_FILES: readonly EfDefinition<unknown>[] = [
  groups({ name: 'EF_VGCS', fid: 0x6fb1, sfi: undefined, clause: '3GPP TS 31.102 §4.2.73' }),
  groupStatus({ name: 'EF_VGCSS', fid: 0x6fb2, sfi: undefined, clause: '3GPP TS 31.102 §4.2.74' }),
  groups({ name: 'EF_VBS', fid: 0x6fb3, sfi: undefined, clause: '3GPP TS 31.102 §4.2.75' }),
  groupStatus({ name: 'EF_VBSS', fid: 0x6fb4, sfi: undefined, clause: '3GPP TS 31.102 §4.2.76' }),
];

/** Algorithms that cipher group calls and broadcasts. */
export const GROUP_CIPHERING_FILES: readonly EfDefinition<unknown>[] = [
  groupAlgorithms({
    name: 'EF_VGCSCA',
    fid: 0x6fd4,
    sfi: undefined,
    clause: '3GPP TS 31.102 §4.2.77',
  }),
  groupAlgorithms({
    name: 'EF_VBSCA',
    fid: 0x6fd5,
    sfi: undefined,
    clause: '3GPP TS 31.102 §4.2.78',
  }),
];

/** A level of priority of a call, A the highest. */
export type PriorityLevel =
  | 'level-a'
  | 'level-b'
  | 'level-0'
  | 'level-1'
  | 'level-2'
  | 'level-3'
  | 'level-4';

const levels: Field<readonly (PriorityLevel | SpareBit)[]> = flags(1, {
  'level-a': 0x01,
  'level-b': 0x02,
  'level-0': 0x04,
  'level-1': 0x08,
  'level-2': 0x10,
  'level-3': 0x20,
  'level-4': 0x40,
});

/** EF_eMLPP. */
export interface CallPriorities {
  readonly levels: readonly (PriorityLevel | SpareBit)[];
  readonly fastSetUp: readonly (PriorityLevel | SpareBit)[];
}

/** Priorities that the subscriber may use. */
export const EF_eMLPP: EfDefinition<CallPriorities> = {
  name: 'EF_eMLPP',
  fid: 0x6fb5,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.39',
  ...fixed<CallPriorities>('EF_eMLPP', { levels, fastSetUp: levels }),
  vectors: [
    // levels 0, 1 and 2, as in the standard; no fast set-up
    ['1c00', { levels: ['level-0', 'level-1', 'level-2'], fastSetUp: [] }],
    // worked by hand: levels 3 and 4, no fast set-up
    ['6000', { levels: ['level-3', 'level-4'], fastSetUp: [] }],
  ],
};

/** EF_AAeM. */
export interface AutomaticAnswer {
  readonly levels: readonly (PriorityLevel | SpareBit)[];
}

/** Priorities of calls that the ME answers by itself. */
export const EF_AAeM: EfDefinition<AutomaticAnswer> = {
  name: 'EF_AAeM',
  fid: 0x6fb6,
  sfi: undefined,
  structure: 'transparent',
  clause: '3GPP TS 31.102 §4.2.40',
  ...fixed<AutomaticAnswer>('EF_AAeM', { levels }),
  vectors: [['83', { levels: ['level-a', 'level-b', 'b8'] }]], // worked by hand
};
