/**
 * What is wrong with a card profile, in words for the person who wrote it.
 *
 *     $.keyTable.entries[1].k: expected K, 32 hex digits, found 31 hex digits
 *
 * A fault never shows a secret. What stands in a field of {@link SECRET_FIELDS}, and what has
 * another type than its field, is told by its kind and length alone.
 *
 * @see docs/profile.md, "Errors"
 * @module
 */

/** One thing that is wrong. */
export interface ProfileFault {
  /** JSON path of the value: `$.keyTable.entries[1].k`. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** Names of fields and positions in arrays, from the outside in. */
export type Path = readonly (string | number)[];

/** Takes a fault in whatever order the checks find them. */
export type Report = (path: Path, expected: string, found: string) => void;

/** Keys, PINs, commands that may hold one, and contents of EFs, some of which are session keys. */
const SECRET_FIELDS: ReadonlySet<string | number> = new Set([
  'k',
  'op',
  'opc',
  'top',
  'topc',
  'c',
  'key',
  'value',
  'command',
  'data',
  'records',
]);

/** Longer hex text might be a key in the wrong place; it is told by its length. */
const HEX_DIGITS_SHOWN_MAX = 24;
const CHARACTERS_SHOWN_MAX = 60;

function isContainer(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Gives the value at a path, or `undefined` where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const name of path) {
    if (!isContainer(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** Counts things in words: `1 octet`, `2 octets`. */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** Tells the kind and the length of a value, and nothing of its content. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'true or false';
  if (typeof value !== 'string') return 'an object';
  if (value === '') return 'empty text';
  if (/^[0-9A-Fa-f]+$/.test(value)) return count(value.length, 'hex digit');
  return `text of ${count(value.length, 'character')}`;
}

/** Shows a value as it is, unless the path leads to a secret or the value is long. */
export function show(value: unknown, path: Path): string {
  if (path.some((name) => SECRET_FIELDS.has(name))) return kindOf(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || !/^[ -~]+$/.test(value)) return kindOf(value);
  const isHex = /^[0-9A-Fa-f]+$/.test(value);
  const shown = isHex ? HEX_DIGITS_SHOWN_MAX : CHARACTERS_SHOWN_MAX;
  return value.length > shown ? kindOf(value) : JSON.stringify(value);
}

/** Writes a path: `$.files[3].data`, `$["a b"]`. */
export function jsonPath(path: Path): string {
  let text = '$';
  for (const name of path) {
    if (typeof name === 'number') text += `[${name}]`;
    else if (/^[A-Za-z_]\w*$/.test(name)) text += `.${name}`;
    else text += `[${JSON.stringify(name)}]`;
  }
  return text;
}

/** Writes a fault as one line. */
export function faultText({ path, expected, found }: ProfileFault): string {
  return `${path}: expected ${expected}, found ${found}`;
}

/** Where each name of a path stands in its object or array; a field that is missing stands last. */
function positions(value: unknown, path: Path): number[] {
  let at = value;
  return path.map((name) => {
    if (!isContainer(at)) return 0;
    const position = typeof name === 'number' ? name : Object.keys(at).indexOf(name) >>> 0;
    at = at[name];
    return position;
  });
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let n = 0; n < a.length && n < b.length; n++) {
    const difference = a[n]! - b[n]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Collects faults and gives them in the order in which their values stand in the profile. */
export function collectFaults(
  value: unknown,
  check: (report: Report) => void,
): readonly ProfileFault[] {
  const found: { readonly at: readonly number[]; readonly fault: ProfileFault }[] = [];
  check((path, expected, what) => {
    const fault = { path: jsonPath(path), expected, found: what };
    found.push({ at: positions(value, path), fault });
  });
  return found.sort((a, b) => compare(a.at, b.at)).map(({ fault }) => fault);
}
