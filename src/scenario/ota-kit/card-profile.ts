/**
 * The profile of a test card: one that is sound, with the applets that a test adds.
 *
 * @see docs/profile.md
 * @module
 */

import type { AppletKinds } from '../../card/ota/applet.ts';
import { OWN_KINDS } from '../../card/ota/applet-run.ts';
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

/** An applet without logic would be a TAR that the card does not know; logic alone is not run. */
function expectLogic(
  profile: CardProfile,
  install: readonly InstalledApplet[],
  own: readonly string[],
): void {
  const kinds = [...new Set([...OWN_KINDS, ...own])];
  for (const [n, { kind }] of install.entries()) {
    if (kinds.includes(kind)) continue;
    const expected = `${kinds.join(', ')}, or logic for it in applets`;
    throw new RangeError(`install[${n}].kind: expected ${expected}, got ${describeArgument(kind)}`);
  }
  const unused = own.find((kind) => !profile.applets.some((entry) => entry.kind === kind));
  if (unused === undefined) return;
  throw new RangeError(`applets.${unused}: expected an applet of this kind in install, got none`);
}

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
 * @throws {RangeError} it has a fault; the first is named, without secrets. Or an applet that is
 *   installed has no logic, or logic has no applet
 * @see docs/profile.md, "Errors"
 */
export function profileOf(of: {
  readonly profile?: CardProfile;
  readonly install?: readonly InstalledApplet[];
  readonly applets?: AppletKinds;
}): CardProfile {
  const { profile = DEFAULT_PROFILE, install = [], applets = {} } = of;
  if (!Array.isArray(install)) {
    throw new TypeError(`install: expected an array, got ${describeArgument(install)}`);
  }
  const base = profile === DEFAULT_PROFILE ? profile : sound(profile, Number.POSITIVE_INFINITY);
  const installed = install.map((entry) => ({ ...APPLET, ...entry }));
  const whole =
    install.length === 0
      ? base
      : sound({ ...base, applets: [...base.applets, ...installed] }, base.applets.length);
  expectLogic(whole, install, Object.keys(applets));
  return whole;
}
