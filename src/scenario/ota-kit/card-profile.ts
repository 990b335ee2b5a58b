/**
 * The profile of a test card: one that is sound, with the applets that a test adds.
 *
 * @see docs/profile.md
 * @module
 */

import { checkProfile } from '../../profile/check.ts';
import { DEFAULT_PROFILE } from '../../profile/default-profile.ts';
import { faultText, type ProfileFault } from '../../profile/faults.ts';
import type { AppletProfile, CardProfile } from '../../profile/profile.ts';
import { describeArgument } from './arguments.ts';

/** An applet beside those of a profile: where it is, and which logic; the rest may be left out. */
export type InstalledApplet = Pick<AppletProfile, 'tar' | 'kind'> & Partial<AppletProfile>;

/** What an entry has when it does not say otherwise. */
const APPLET = {
  startDirectory: 'MF',
  format: 'compact',
  minimumSecurity: '00',
  accessDomain: '00',
} as const;

/** A test knows its own list of applets, and not where the profile has put them. */
function pathIn({ path }: ProfileFault, applets: number): string {
  const [start = '', index] = /^\$\.applets\[(\d+)\]/u.exec(path) ?? [];
  const own = Number(index) - applets;
  return own >= 0 ? `install[${own}]${path.slice(start.length)}` : path;
}

function sound(profile: CardProfile, own: number): CardProfile {
  const checked = checkProfile(profile);
  if (checked.ok) return checked.profile;
  const [fault] = checked.faults;
  if (fault === undefined) throw new Error('a profile without a fault is sound');
  throw new RangeError(`profile: ${faultText({ ...fault, path: pathIn(fault, own) })}`);
}

/**
 * Gives the profile of a test card.
 *
 * @param of left out: the built-in test profile, and no applets beside
 * @throws {TypeError} the applets are no array
 * @throws {RangeError} it has a fault; the first is named, without secrets
 * @see docs/profile.md, "Errors"
 */
export function profileOf(of: {
  readonly profile?: CardProfile;
  readonly install?: readonly InstalledApplet[];
}): CardProfile {
  const { profile = DEFAULT_PROFILE, install = [] } = of;
  if (!Array.isArray(install)) {
    throw new TypeError(`install: expected an array, got ${describeArgument(install)}`);
  }
  const base = profile === DEFAULT_PROFILE ? profile : sound(profile, Number.POSITIVE_INFINITY);
  if (install.length === 0) return base;
  const installed = install.map((entry) => ({ ...APPLET, ...entry }));
  return sound({ ...base, applets: [...base.applets, ...installed] }, base.applets.length);
}
