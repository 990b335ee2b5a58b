/**
 * Fault plans as JSON, the format of `--faults`:
 *
 *     {
 *       "format": "vuicc-faults/1",
 *       "seed": "monday",
 *       "faults": [
 *         { "fault": "sw", "sw": "6F00", "command": "00B0 ...", "at": 3 },
 *         { "fault": "slow", "nulls": 20, "chance": 0.1 }
 *       ]
 *     }
 *
 * Commands are patterns as in traces. What is wrong is told with its JSON path; a command, which
 * may hold a PIN, is never shown.
 *
 * @see docs/faults.md
 * @module
 */

import * as z from 'zod';
import type { FaultPlan, PlannedFault } from '../apdu/fault-plan.ts';
import { reportIssues } from '../profile/check.ts';
import { collectFaults, count, type ProfileFault, type Report } from '../profile/faults.ts';
import { findJsonFault } from '../profile/json-syntax.ts';
import {
  byType,
  fid,
  integer,
  list,
  object,
  octets,
  pinReference,
  text,
} from '../profile/schema.ts';
import { parsePattern } from './apdu-text.ts';
import { matches } from './match.ts';
import type { Pattern } from './model.ts';

/** The name of this format. */
const FAULTS_FORMAT = 'vuicc-faults/1';

/** The plan, or all that is wrong with it, in the order of the file. */
export type FaultPlanResult =
  | { readonly ok: true; readonly plan: FaultPlan }
  | { readonly ok: false; readonly faults: readonly ProfileFault[] };

/** How long a NULL octet stands for where there are none: half of a common work waiting time. */
const NULL_MS = 500;
const NUMBER_MAX = 1_000_000_000;
const NULLS_MAX = 1000;
const LATE_MS_MAX = 600_000;
const FAULTS_MAX = 1000;
const COMMAND_OCTETS_MIN = 4;
const ATR_OCTETS = { min: 2, max: 33 };

const TOKEN = '(?:\\.\\.\\.|(?:[0-9A-Fa-f]{2}|\\.\\.)+)';
const PATTERN = new RegExp(`^${TOKEN}(?: +${TOKEN})*$`);
const DOTS = `'..' for any octet, '...' alone between spaces for any number`;

const CHANCE = { error: 'a chance, above 0 to 1' };
const number = integer(1, NUMBER_MAX, 'a number').exactOptional();
const TRIGGER = {
  at: number,
  every: number,
  from: number,
  chance: z.number(CHANCE).gt(0, CHANCE).max(1, CHANCE).exactOptional(),
};
const OF_COMMAND = {
  ...TRIGGER,
  command: text(PATTERN, `a C-APDU in hex, ${DOTS}`).exactOptional(),
};
const sw = octets(2, 2, 'an SW');
const sfi = integer(1, 30, 'an SFI').exactOptional();
const atr = text(PATTERN, `an ATR in hex, '..' for an octet of the card, '...' for the rest`);

const FAULTS = [
  'mute',
  'mute-executed',
  'slow',
  'sw',
  'sw-executed',
  'atr',
  'pin-blocked',
  'ef-missing',
] as const;

const faultSchema = z.discriminatedUnion(
  'fault',
  [
    object('a fault', { fault: z.literal('mute'), ...OF_COMMAND }),
    object('a fault', { fault: z.literal('mute-executed'), ...OF_COMMAND }),
    object('a fault', {
      fault: z.literal('slow'),
      ...OF_COMMAND,
      nulls: integer(1, NULLS_MAX, 'a number of NULL octets'),
      ms: integer(1, LATE_MS_MAX, 'milliseconds').exactOptional(),
    }),
    object('a fault', { fault: z.literal('sw'), ...OF_COMMAND, sw }),
    object('a fault', { fault: z.literal('sw-executed'), ...OF_COMMAND, sw }),
    object('a fault', { fault: z.literal('atr'), ...TRIGGER, atr }),
    object('a fault', { fault: z.literal('pin-blocked'), ...OF_COMMAND, reference: pinReference }),
    object('a fault', { fault: z.literal('ef-missing'), ...OF_COMMAND, fid, sfi }),
  ],
  byType('a fault', FAULTS),
);
type FaultRow = z.infer<typeof faultSchema>;

const planSchema = object('a fault plan', {
  format: z.literal(FAULTS_FORMAT, { error: `"${FAULTS_FORMAT}"` }),
  seed: z.string({ error: 'a seed, text' }).exactOptional(),
  faults: list(faultSchema, 'faults', 0, FAULTS_MAX),
});

/** Reports what no field alone can tell. */
function checkRow(row: FaultRow, n: number, report: Report): void {
  const at = ['faults', n];
  const given = (['at', 'every', 'from'] as const).filter((name) => row[name] !== undefined);
  if (given.length > 1) report(at, 'at most one of at, every and from', given.join(' and '));
  if (row.fault === 'atr') checkAtrPattern(parsePattern(row.atr), [...at, 'atr'], report);
  else if (row.command !== undefined) {
    const command = parsePattern(row.command);
    if (command.includes('...') || command.length >= COMMAND_OCTETS_MIN) return;
    const expected = `${COMMAND_OCTETS_MIN} octets or more, or '...'`;
    report([...at, 'command'], expected, count(command.length, 'octet'));
  }
}

function checkAtrPattern(pattern: Pattern, at: readonly (string | number)[], report: Report): void {
  const open = pattern.indexOf('...');
  if (open >= 0 && open < pattern.length - 1)
    report(at, `'...' at the end alone`, 'more behind it');
  const { min, max } = ATR_OCTETS;
  const named = pattern.filter((item) => item !== '...').length;
  if (named > max || (named < min && open < 0)) {
    report(at, `an ATR of ${min} to ${max} octets`, count(named, 'octet'));
  }
}

const hexNumber = (hex: string): number => Number.parseInt(hex, 16);

function triggerOf({ at, every, from, chance }: FaultRow): Partial<PlannedFault> {
  return {
    ...(at === undefined ? {} : { at }),
    ...(every === undefined ? {} : { every }),
    ...(from === undefined ? {} : { from }),
    ...(chance === undefined ? {} : { chance }),
  };
}

function plannedFault(row: FaultRow): PlannedFault {
  const trigger = triggerOf(row);
  if (row.fault === 'atr') {
    const pattern = parsePattern(row.atr);
    const own = pattern.filter((item) => item !== '...');
    const octetsOfAtr = own.map((item) => (typeof item === 'number' ? item : undefined));
    const keepsRest = own.length < pattern.length;
    return { ...trigger, fault: 'atr', atr: octetsOfAtr, keepsRest };
  }
  const pattern = row.command === undefined ? undefined : parsePattern(row.command);
  const common = {
    ...trigger,
    ...(pattern && { matches: (command: Uint8Array) => matches(pattern, command) }),
  };
  switch (row.fault) {
    case 'slow':
      return { ...common, fault: 'slow', nulls: row.nulls, ms: row.ms ?? row.nulls * NULL_MS };
    case 'sw':
    case 'sw-executed':
      return { ...common, fault: row.fault, sw: hexNumber(row.sw) };
    case 'pin-blocked':
      return { ...common, fault: 'pin-blocked', reference: hexNumber(row.reference) };
    case 'ef-missing':
      return { ...common, fault: 'ef-missing', fid: hexNumber(row.fid), sfi: row.sfi };
    default:
      return { ...common, fault: row.fault };
  }
}

function checkPlan(value: unknown): FaultPlanResult {
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const faults = collectFaults(value, (report) => reportIssues(value, issues, report));
    return { ok: false, faults };
  }
  const rows = parsed.data.faults;
  const faults = collectFaults(value, (report) => {
    for (const [n, row] of rows.entries()) checkRow(row, n, report);
  });
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, plan: { seed: parsed.data.seed ?? '', faults: rows.map(plannedFault) } };
}

/**
 * Reads a fault plan from JSON text.
 *
 * @returns the plan for `failingCard`; or every fault of the text with its JSON path, none of which
 *   shows a command. A text that is no JSON has one: line, column and offset
 * @see docs/faults.md
 * @example
 * ```ts
 * import { parseFaultPlan } from 'vuicc';
 *
 * const text = '{ "format": "vuicc-faults/1", "faults": [{ "fault": "mute", "at": 3 }] }';
 * if (!parseFaultPlan(text).ok) throw new Error('the third command gets no answer');
 * const result = parseFaultPlan(text.replace('3', '0'));
 * if (result.ok || result.faults[0]?.path !== '$.faults[0].at') throw new Error('from 1');
 * ```
 */
export function parseFaultPlan(text: string): FaultPlanResult {
  const fault = findJsonFault(text);
  if (fault === undefined) return checkPlan(JSON.parse(text));
  const { line, column, offset, expected, found } = fault;
  const place = `line ${line}, column ${column} (offset ${offset})`;
  return { ok: false, faults: [{ path: '$', expected: `${expected} at ${place}`, found }] };
}
