/**
 * TERMINAL PROFILE: which facilities of the toolkit the ME has, one bit each.
 *
 * @see ETSI TS 102 223 §5.2
 * @module
 */

/** A facility: an octet counted from 1 and a bit, b1 the least significant. */
export interface Facility {
  readonly octet: number;
  readonly bit: number;
}

/** The facilities that this project asks for. */
export const FACILITY = {
  profileDownload: { octet: 1, bit: 1 },
  smsPpDownload: { octet: 1, bit: 2 },
  displayText: { octet: 3, bit: 1 },
  moreTime: { octet: 3, bit: 4 },
  playTone: { octet: 3, bit: 5 },
  pollInterval: { octet: 3, bit: 6 },
  refresh: { octet: 3, bit: 8 },
  sendShortMessage: { octet: 4, bit: 2 },
} as const;

/** Tells whether a profile has a facility; octets that it does not have count as 0. */
export function hasFacility(profile: Uint8Array, facility: Facility): boolean {
  return (((profile[facility.octet - 1] ?? 0) >> (facility.bit - 1)) & 1) === 1;
}

/** Makes a profile of the given length that has these facilities alone. */
export function terminalProfile(facilities: readonly Facility[], octets = 30): Uint8Array {
  const profile = new Uint8Array(octets);
  for (const { octet, bit } of facilities) profile[octet - 1]! |= 1 << (bit - 1);
  return profile;
}
