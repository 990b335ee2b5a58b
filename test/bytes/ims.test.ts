/**
 * IMS identities of an IMSI. The first is that of the EFs in test/vectors/default-profile.json.
 *
 * @see 3GPP TS 23.003 §13
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imsi } from '../../src/bytes/identity.ts';
import { homeDomain, impi, impu } from '../../src/bytes/ims.ts';

describe('the IMS identities of an IMSI', () => {
  it('have a 0 before an MNC of two digits', () => {
    const of = imsi('001010123456789');
    expect(homeDomain(of, 2)).toBe('ims.mnc001.mcc001.3gppnetwork.org');
    expect(impi(of, 2)).toBe('001010123456789@ims.mnc001.mcc001.3gppnetwork.org');
    expect(impu(of, 2)).toBe('sip:001010123456789@ims.mnc001.mcc001.3gppnetwork.org');
  });

  it('have an MNC of three digits as it is', () => {
    const of = imsi('310410123456789');
    expect(homeDomain(of, 3)).toBe('ims.mnc410.mcc310.3gppnetwork.org');
    expect(homeDomain(of, 2)).toBe('ims.mnc041.mcc310.3gppnetwork.org');
  });

  it('have the whole IMSI in front of a domain of one length', () => {
    const digits = fc.stringMatching(/^[0-9]{6,15}$/);
    fc.assert(
      fc.property(digits, fc.constantFrom<2 | 3>(2, 3), (of, mncLength) => {
        const [user, domain] = impi(imsi(of), mncLength).split('@');
        expect(user).toBe(of);
        expect(domain).toBe(homeDomain(imsi(of), mncLength));
        expect(domain).toHaveLength(33);
      }),
    );
  });
});
