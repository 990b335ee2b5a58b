/**
 * Scripts that go on where another stood: in the same card session, over a reset, after a failure,
 * and when the place cannot be stored.
 *
 * @see ETSI TS 102 226 §5.2.1, §5.2.2
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../../src/bytes/hex.ts';
import { rootAfter } from '../../../../src/card/store/commit-codec.ts';
import {
  create,
  DIRECTORY,
  deleteFile,
  LINEAR,
  OPEN_RULE,
  TRANSPARENT,
} from '../../support/administration.ts';
import { EVERYTHING } from '../../support/proactive.ts';
import {
  applet,
  CONDITIONS,
  RFM,
  remoteCard,
  remoteProfile,
  runScript,
} from '../../support/remote.ts';
import { apdus, definite, go, rapdus, read, response, tlv, update } from '../../support/scripts.ts';
import { ADM1, PIN1, TestCard } from '../../support/test-card.ts';

/** Script chaining by its values. */
const FIRST = tlv('83', '01');
const FIRST_KEPT = tlv('83', '11');
const SUBSEQUENT = tlv('83', '02');
const LAST = tlv('83', '03');
/** What is said when the chain does not fit. */
const NO_PREVIOUS_SCRIPT = tlv('83', '01');
const UNABLE_TO_PROCESS = tlv('83', '03');

const HERE = apdus(go('2FE2'));
/** Where a script stands, by two octets: at EF_ICCID, at EF_PL, nowhere. */
const WHERE = apdus(read(2));
const AT_ICCID = rapdus('98999000');
const TO_PL = apdus(go('2F05'));
const AT_PL = rapdus('656E9000');
const NOWHERE = rapdus('6986');
const OK = rapdus('9000');

/** An applet without rights of its own: what it may do, PINs tell. */
const BY_PINS = 'B00F01';

function card(): TestCard {
  return remoteCard({
    more: [applet(BY_PINS, { format: 'expanded', accessDomain: '02000000' })],
  });
}

function run(to: TestCard, ...tlvs: readonly string[]): string {
  return runScript(to, RFM.expanded, definite(...tlvs));
}

/** Begins a chain, and leaves it at EF_ICCID. */
function begun(first: string): TestCard {
  const to = card();
  expect(run(to, first, HERE)).toBe(response(2, OK));
  return to;
}

function reset(to: TestCard): void {
  to.reset();
  to.expectOk(EVERYTHING);
}

describe('a chain of scripts', () => {
  it.each([
    ['that a reset ends', FIRST],
    ['that is kept', FIRST_KEPT],
  ])('%s goes on where the script before stood, until the last', (_what, first) => {
    const to = begun(first);
    expect(run(to, SUBSEQUENT, WHERE)).toBe(response(2, AT_ICCID));
    expect(run(to, SUBSEQUENT, WHERE, TO_PL)).toBe(response(3, AT_ICCID, OK));
    expect(run(to, LAST, WHERE)).toBe(response(2, AT_PL));
    expect(run(to, SUBSEQUENT, WHERE)).toBe(response(1, NO_PREVIOUS_SCRIPT));
    expect(run(to, LAST, WHERE)).toBe(response(1, NO_PREVIOUS_SCRIPT));
  });

  it('begins at the start directory', () => {
    const to = begun(FIRST);
    expect(run(to, FIRST, WHERE)).toBe(response(2, NOWHERE));
  });

  it.each([SUBSEQUENT, LAST])('has to begin: %s without one executes nothing', (part) => {
    const to = card();
    const change = apdus(go(CONDITIONS.always), update('FFFFFFFF'));
    expect(run(to, part, change)).toBe(response(1, NO_PREVIOUS_SCRIPT));
    expect(to.sendAll([go(CONDITIONS.always), read(4)])).toBe('010203049000');
  });

  it('keeps the PINs that were verified in it', () => {
    const to = card();
    const here = apdus(go(CONDITIONS.pin1));
    const run = (...tlvs: readonly string[]): string => {
      return runScript(to, BY_PINS, definite(...tlvs));
    };
    expect(run(FIRST, here, apdus(PIN1))).toBe(response(3, rapdus('9000', '9000')));
    expect(run(here, apdus(read(4)))).toBe(response(2, rapdus('9000', '6982')));
    expect(run(SUBSEQUENT, apdus(read(4)))).toBe(response(2, rapdus('010203049000')));
  });

  it('is not disturbed by a script of its own, nor by a compact one', () => {
    const to = begun(FIRST);
    expect(run(to, WHERE)).toBe(response(1, NOWHERE));
    expect(runScript(to, RFM.compact, read(2))).toBe('016986');
    expect(run(to, LAST, WHERE)).toBe(response(2, AT_ICCID));
  });

  it('is that of one applet', () => {
    const to = begun(FIRST_KEPT);
    const other = definite(SUBSEQUENT, WHERE);
    expect(runScript(to, RFM.usimExpanded, other)).toBe(response(1, NO_PREVIOUS_SCRIPT));
    expect(runScript(to, BY_PINS, other)).toBe(response(1, NO_PREVIOUS_SCRIPT));
    expect(run(to, LAST, WHERE)).toBe(response(2, AT_ICCID));
  });

  it.each([
    [FIRST, FIRST_KEPT],
    [FIRST_KEPT, FIRST],
    [FIRST_KEPT, FIRST_KEPT],
  ])('that begins anew is another: %s, then %s', (one, other) => {
    const to = begun(one);
    expect(run(to, other, TO_PL)).toBe(response(2, OK));
    expect(run(to, SUBSEQUENT, WHERE)).toBe(response(2, AT_PL));
    reset(to);
    const after = other === FIRST_KEPT ? AT_PL : NO_PREVIOUS_SCRIPT;
    const executed = other === FIRST_KEPT ? 2 : 1;
    expect(run(to, SUBSEQUENT, WHERE)).toBe(response(executed, after));
  });
});

describe('a script that fails', () => {
  it.each([
    ['a command', apdus(go('2FFF')), rapdus('6A82')],
    ['bad format', tlv('24', '00'), tlv('90', '01')],
    ['a reserved action', tlv('81', '00'), tlv('81', '01')],
  ])('by %s ends the chain', (_what, fault, said) => {
    for (const first of [FIRST, FIRST_KEPT]) {
      const to = begun(first);
      expect(run(to, SUBSEQUENT, WHERE, fault)).toBe(response(3, AT_ICCID, said));
      expect(run(to, SUBSEQUENT, WHERE)).toBe(response(1, NO_PREVIOUS_SCRIPT));
      reset(to);
      expect(run(to, SUBSEQUENT, WHERE)).toBe(response(1, NO_PREVIOUS_SCRIPT));
    }
  });

  it('and is the first leaves none', () => {
    const to = card();
    expect(run(to, FIRST_KEPT, HERE, apdus(go('2FFF')))).toBe(response(3, rapdus('9000', '6A82')));
    expect(run(to, SUBSEQUENT, WHERE)).toBe(response(1, NO_PREVIOUS_SCRIPT));
  });

  it('and is of no chain leaves it', () => {
    const to = begun(FIRST);
    expect(run(to, apdus(go('2FFF')))).toBe(response(1, rapdus('6A82')));
    expect(run(to, LAST, WHERE)).toBe(response(2, AT_ICCID));
  });
});

describe('script chaining of a value without a meaning', () => {
  it.each(['00', '04', '10', '12', '13', '81', 'FF'])('%s executes nothing', (value) => {
    const to = begun(FIRST);
    expect(run(to, tlv('83', value), WHERE)).toBe(response(1, UNABLE_TO_PROCESS));
    expect(run(to, LAST, WHERE)).toBe(response(2, AT_ICCID));
  });

  it.each([
    ['of no octet', tlv('83'), '02'],
    ['of two octets', tlv('83', '0101'), '02'],
  ])('%s is bad format', (_what, chaining, error) => {
    const to = begun(FIRST);
    expect(run(to, chaining, WHERE)).toBe(response(1, tlv('90', error)));
    expect(run(to, LAST, WHERE)).toBe(response(2, AT_ICCID));
  });

  it('behind another TLV is an unknown tag', () => {
    const to = begun(FIRST);
    expect(run(to, HERE, SUBSEQUENT, WHERE)).toBe(response(2, OK, tlv('90', '01')));
    expect(run(to, SUBSEQUENT, SUBSEQUENT)).toBe(response(2, tlv('90', '01')));
    expect(run(to, SUBSEQUENT)).toBe(response(1, NO_PREVIOUS_SCRIPT));
  });
});

describe('a reset between two scripts', () => {
  it('ends the chain', () => {
    const to = begun(FIRST);
    reset(to);
    expect(run(to, SUBSEQUENT, WHERE)).toBe(response(1, NO_PREVIOUS_SCRIPT));
  });

  it('leaves the place of a chain that is kept, as often as it comes', () => {
    const to = begun(FIRST_KEPT);
    reset(to);
    expect(run(to, SUBSEQUENT, WHERE, TO_PL)).toBe(response(3, AT_ICCID, OK));
    reset(to);
    expect(run(to, LAST, WHERE)).toBe(response(2, AT_PL));
    reset(to);
    expect(run(to, SUBSEQUENT, WHERE)).toBe(response(1, NO_PREVIOUS_SCRIPT));
  });

  it('leaves the application and the record, too', () => {
    const to = card();
    const run = (...tlvs: readonly string[]): string => {
      return runScript(to, RFM.usimExpanded, definite(...tlvs));
    };
    expect(run(FIRST_KEPT, apdus(go('6FB7'), '00B2000204'))).toMatch(/9000$/u);
    reset(to);
    const onward = run(SUBSEQUENT, apdus('00B2000404', '00B2000204', go('7FFF'), go('6F07')));
    const [first, second] = [to, to].map((_, n) => {
      return runScript(to, RFM.usim, `${go('6FB7')}00B20${n + 1}0404`).slice(6);
    });
    expect(onward).toBe(response(5, rapdus(`${first}9000`, `${second}9000`, '9000', '9000')));
  });

  it('takes away the PINs that were verified in it', () => {
    const to = card();
    const run = (...tlvs: readonly string[]): string => {
      return runScript(to, BY_PINS, definite(...tlvs));
    };
    expect(run(FIRST_KEPT, apdus(go(CONDITIONS.pin1), PIN1))).toMatch(/9000$/u);
    expect(run(SUBSEQUENT, apdus(read(4)))).toBe(response(2, rapdus('010203049000')));
    reset(to);
    expect(run(SUBSEQUENT, apdus(read(4)))).toBe(response(2, rapdus('6982')));
  });
});

/** Has the log refuse the commit of a chain: of two in a script, that behind the counter's. */
function refuse(to: TestCard, nth: number): void {
  to.clearLog();
  to.isStored = (offered) => offered !== nth;
}

describe('a chain whose place cannot be stored', () => {
  it('does not begin', () => {
    const to = card();
    refuse(to, 1);
    expect(run(to, FIRST_KEPT, HERE)).toBe(response(2, OK, UNABLE_TO_PROCESS));
    to.isStored = () => true;
    expect(run(to, SUBSEQUENT, WHERE)).toBe(response(1, NO_PREVIOUS_SCRIPT));
  });

  it('is left where it was stored', () => {
    const to = begun(FIRST_KEPT);
    refuse(to, 1);
    expect(run(to, SUBSEQUENT, TO_PL)).toBe(response(2, OK, UNABLE_TO_PROCESS));
    to.isStored = () => true;
    expect(run(to, SUBSEQUENT, WHERE)).toBe(response(2, AT_ICCID));
  });

  it('is not begun anew, and stays', () => {
    const to = begun(FIRST_KEPT);
    refuse(to, 1);
    expect(run(to, FIRST, WHERE)).toBe(response(1, UNABLE_TO_PROCESS));
    to.isStored = () => true;
    expect(run(to, LAST, WHERE)).toBe(response(2, AT_ICCID));
  });

  it('that needs no storing is no matter', () => {
    const to = card();
    refuse(to, 1);
    expect(run(to, FIRST, HERE)).toBe(response(2, OK));
    expect(to.rootsBefore).toHaveLength(1);
  });
});

describe('a power cut in a script of a chain that is kept', () => {
  it('leaves the place before it or the place behind it', () => {
    const to = begun(FIRST_KEPT);
    const before = to.uicc.root;
    to.clearLog();
    const change = apdus(go(CONDITIONS.always), update('FFFFFFFF'));
    run(to, SUBSEQUENT, change, TO_PL);
    expect(to.commits).toHaveLength(3);
    const answers = Array.from({ length: 4 }, (_, n) => {
      const root = rootAfter(to.uicc.image, before, to.commits.slice(0, n));
      const more = [applet(BY_PINS, { format: 'expanded', accessDomain: '02000000' })];
      const again = new TestCard({ profile: remoteProfile(more), root, setUp: [EVERYTHING] });
      return run(again, SUBSEQUENT, WHERE);
    });
    const old = response(2, AT_ICCID);
    expect(answers).toEqual([old, old, old, response(2, AT_PL)]);
  });
});

describe('a chain that is kept while its file is deleted', () => {
  const rule = OPEN_RULE;
  const fid = '83026F30';
  const EF = create(TRANSPARENT, { rule });
  const DF = create(DIRECTORY, { rule });
  const [aid, other] = ['A0000000871009', 'A00000008710'].map((name) => tlv('84', name));
  const adf = { rule, fid: '83027F01' };

  /** Where the chain stands in a card that is made again and administered: what a script says. */
  function standsAt(
    created: string,
    way: string,
    administration: readonly string[],
    what: string,
  ): string {
    const to = card();
    to.sendAll([ADM1, created]);
    expect(run(to, FIRST_KEPT, apdus(way))).toBe(response(2, OK));
    const { root } = to.uicc;
    const profile = remoteProfile([
      applet(BY_PINS, { format: 'expanded', accessDomain: '02000000' }),
    ]);
    const again = new TestCard({ profile, root, setUp: [EVERYTHING, ADM1, ...administration] });
    const answer = run(again, SUBSEQUENT, apdus(what));
    expect(again.faults).toEqual([]);
    return answer;
  }

  const UPDATE = update('A5');
  const SELECT_ADF = '00A4040C07A0000000871009';

  it('goes on in the file as long as it is there', () => {
    expect(standsAt(EF, go('6F29'), [], UPDATE)).toBe(response(2, OK));
    expect(standsAt(EF, go('6F29'), [create(LINEAR, { rule, fid })], UPDATE)).toBe(response(2, OK));
  });

  it.each([
    ['an EF', EF, go('6F29'), [deleteFile('6F29'), create(TRANSPARENT, { rule, fid })]],
    ['an EF, where there is nothing', EF, go('6F29'), [deleteFile('6F29')]],
    ['a DF', DF, go('5F01'), [deleteFile('5F01'), create(TRANSPARENT, { rule, fid })]],
  ])('does not go on in the one that has its number: %s', (_what, created, way, then) => {
    expect(standsAt(created, way, then, UPDATE)).toBe(response(2, NOWHERE));
  });

  it('goes on in the MF when its DF has made room for another', () => {
    const then = [deleteFile('5F01'), create(DIRECTORY, { rule, fid: '83025F02' })];
    expect(standsAt(DF, go('5F01'), then, go('2F05'))).toBe(response(2, OK));
    expect(standsAt(DF, go('5F01'), [], go('5F02'))).toBe(response(2, rapdus('6A82')));
  });

  it.each(['', '00', 'FFFF0000FFFFFFFF', 'FFFF0000FFFFFFFF00023F00', 'FFFF0000FFFFFFFF00FF3F0000'])(
    'is none when its place is none: %j',
    (place) => {
      const { image } = card().uicc;
      const number = image.applets.findIndex(
        ({ tar }) => toHex(tar).toUpperCase() === RFM.expanded,
      );
      const appletData = image.applets.map((_, n) => (n === number ? fromHex(place) : undefined));
      const to = remoteCard({ root: { ...image.root, appletData } });
      expect(run(to, SUBSEQUENT, HERE)).toBe(response(1, NO_PREVIOUS_SCRIPT));
      expect(run(to, FIRST_KEPT, HERE)).toBe(response(2, OK));
      expect(run(to, LAST, WHERE)).toBe(response(2, AT_ICCID));
      expect(to.faults).toEqual([]);
    },
  );

  it('has no application when another ADF has the number', () => {
    const first = create(DIRECTORY, { ...adf, aid: aid! });
    const second = create(DIRECTORY, { ...adf, aid: other! });
    expect(standsAt(first, SELECT_ADF, [], go('7FFF'))).toBe(response(2, OK));
    const then = [deleteFile('7F01'), second];
    expect(standsAt(first, SELECT_ADF, then, go('7FFF'))).toBe(response(2, rapdus('6A82')));
  });
});
