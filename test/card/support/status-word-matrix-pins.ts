/**
 * Every status word of CHANGE, DISABLE, ENABLE and UNBLOCK PIN, and how to get it.
 *
 * @see ETSI TS 102 221 §11.1.10 to §11.1.13
 * @module
 */

import { type MatrixCommand, PENDING } from './matrix-row.ts';
import { pinOctets, WRONG_PIN1 } from './test-card.ts';

const BLOCKED = [WRONG_PIN1, WRONG_PIN1, WRONG_PIN1] as const;
const RIGHT = pinOctets('1234');
const WRONG = pinOctets('9999');
const NO_DIGITS = 'FFFFFFFFFFFFFFFF';
const CHANGE_PIN = `0024000110${RIGHT}${WRONG}`;
const DISABLE_PIN = `0026000108${RIGHT}`;
const REPLACE_PIN = `0026910108${RIGHT}`;
const ENABLE_PIN = `0028000108${RIGHT}`;
const UNBLOCK_PIN = `002C000110${pinOctets('12345678')}${WRONG}`;
const WRONG_UNBLOCK = `002C000110${pinOctets('87654321')}${WRONG}`;
const DISABLED = { profile: 'PIN1 disabled' } as const;

/** The rows of these commands. */
export const PINS: readonly MatrixCommand[] = [
  {
    name: 'CHANGE PIN',
    ins: 0x24,
    class: 'interindustry',
    rows: [
      { sw: '9000', when: 'the PIN is right', steps: [CHANGE_PIN] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, CHANGE_PIN] },
      { sw: '63CX', when: 'it is wrong', steps: [`0024000110${WRONG}${RIGHT}`] },
      { sw: '6581', when: 'not stored', steps: ['refuse commits', CHANGE_PIN] },
      { sw: '6700', when: 'it is a question', steps: ['0024000100'] },
      { sw: '6700', when: 'no new PIN', steps: [`0024000108${RIGHT}`] },
      { sw: '6983', when: 'blocked', steps: [...BLOCKED, CHANGE_PIN] },
      { sw: '6984', when: 'disabled', steps: [CHANGE_PIN], ...DISABLED },
      { sw: '6A80', when: 'no PIN', steps: [`0024000110${RIGHT}${NO_DIGITS}`] },
      { sw: '6A86', when: 'P1 is not 00', steps: [`0024010110${RIGHT}${WRONG}`] },
      { sw: '6A88', when: 'no such key reference', steps: [`0024000210${RIGHT}${WRONG}`] },
    ],
  },
  {
    name: 'DISABLE PIN',
    ins: 0x26,
    class: 'interindustry',
    rows: [
      { sw: '9000', when: 'the PIN is right', steps: [DISABLE_PIN] },
      { sw: '9000', when: 'replaced', steps: [REPLACE_PIN], profile: 'universal PIN' },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, DISABLE_PIN] },
      { sw: '63CX', when: 'it is wrong', steps: [`0026000108${WRONG}`] },
      { sw: '6581', when: 'not stored', steps: ['refuse commits', DISABLE_PIN] },
      { sw: '6700', when: 'another length than 8', steps: ['0026000100'] },
      { sw: '6983', when: 'blocked', steps: [...BLOCKED, DISABLE_PIN] },
      { sw: '6984', when: 'disabled', steps: [DISABLE_PIN, DISABLE_PIN] },
      { sw: '6985', when: 'an ADM key', steps: ['0026000A083131313131313131'] },
      {
        sw: '6985',
        when: 'the universal PIN is disabled',
        steps: [`0026001108${pinOctets('5678')}`, REPLACE_PIN],
        profile: 'universal PIN',
      },
      { sw: '6A86', when: 'P1 names no universal PIN', steps: [`0026810108${RIGHT}`] },
      { sw: '6A88', when: 'no such key reference', steps: [`0026000208${RIGHT}`] },
      { sw: '6A88', when: 'no universal PIN', steps: [REPLACE_PIN] },
    ],
  },
  {
    name: 'ENABLE PIN',
    ins: 0x28,
    class: 'interindustry',
    rows: [
      { sw: '9000', when: 'the PIN is right', steps: [ENABLE_PIN], ...DISABLED },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, ENABLE_PIN], ...DISABLED },
      { sw: '63CX', when: 'it is wrong', steps: [`0028000108${WRONG}`], ...DISABLED },
      { sw: '6581', when: 'not stored', steps: ['refuse commits', ENABLE_PIN], ...DISABLED },
      { sw: '6700', when: 'another length than 8', steps: ['0028000100'] },
      { sw: '6983', when: 'blocked', steps: [...BLOCKED, ENABLE_PIN] },
      { sw: '6985', when: 'enabled', steps: [ENABLE_PIN] },
      { sw: '6A86', when: 'P1 is not 00', steps: [`0028910108${RIGHT}`] },
      { sw: '6A88', when: 'no such key reference', steps: [`0028000208${RIGHT}`] },
    ],
  },
  {
    name: 'UNBLOCK PIN',
    ins: 0x2c,
    class: 'interindustry',
    rows: [
      { sw: '9000', when: 'the UNBLOCK PIN is right', steps: [...BLOCKED, UNBLOCK_PIN] },
      { sw: '91XX', when: 'a command is pending', steps: [...PENDING, UNBLOCK_PIN] },
      { sw: '63CX', when: 'it is wrong', steps: [WRONG_UNBLOCK] },
      { sw: '63CX', when: 'it is a question', steps: ['002C000100'] },
      { sw: '6581', when: 'not stored', steps: ['refuse commits', UNBLOCK_PIN] },
      { sw: '6700', when: 'no new PIN', steps: [`002C000108${RIGHT}`] },
      {
        sw: '6983',
        when: 'the UNBLOCK PIN is blocked',
        steps: [...Array.from({ length: 10 }, () => WRONG_UNBLOCK), UNBLOCK_PIN],
      },
      { sw: '6A80', when: 'no PIN', steps: [`002C000110${RIGHT}${NO_DIGITS}`] },
      { sw: '6A86', when: 'P1 is not 00', steps: [`002C010110${RIGHT}${WRONG}`] },
      { sw: '6A88', when: 'no such key reference', steps: [`002C000010${RIGHT}${WRONG}`] },
      { sw: '6A88', when: 'no UNBLOCK PIN', steps: ['002C000A00'] },
    ],
  },
];
