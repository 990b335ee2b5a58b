/**
 * CREATE, DELETE and RESIZE FILE over the air: by whose right, and what becomes of whoever stood in
 * a file that is gone.
 *
 * @see ETSI TS 102 226 §5.1, §6; ETSI TS 102 222 §6
 * @module
 */

import { describe, expect, it } from 'vitest';
import { rootAfter } from '../../../../src/card/store/commit-codec.ts';
import {
  create,
  DIRECTORY,
  deleteFile,
  fcpOf,
  OPEN_RULE,
  resize,
  TERMINATE_CARD,
  TRANSPARENT,
  terminateDf,
  terminateEf,
} from '../../support/administration.ts';
import { EVERYTHING } from '../../support/proactive.ts';
import { applet, RFM, remoteCard, remoteProfile, runScript } from '../../support/remote.ts';
import { apdus, definite, go, rapdus, read, response, tlv, update } from '../../support/scripts.ts';
import { PIN1, SELECT_USIM, select, TestCard } from '../../support/test-card.ts';

const EF = create(TRANSPARENT, { rule: OPEN_RULE });
const DF = create(DIRECTORY, { rule: OPEN_RULE });
/** Applets by what they may: nothing, what ADM1 may, what PIN1 may. */
const NOTHING = { compact: 'B00F01', expanded: 'B00F11' };
const BY_ADM1 = { compact: 'B00F02', expanded: 'B00F12' };
const BY_PIN1 = { compact: 'B00F03', expanded: 'B00F13' };
const MORE = [
  applet(NOTHING.compact, { accessDomain: 'FF' }),
  applet(NOTHING.expanded, { accessDomain: 'FF', format: 'expanded' }),
  applet(BY_ADM1.compact, { accessDomain: '02000100' }),
  applet(BY_ADM1.expanded, { accessDomain: '02000100', format: 'expanded' }),
  applet(BY_PIN1.compact, { accessDomain: '02010000' }),
  applet(BY_PIN1.expanded, { accessDomain: '02010000', format: 'expanded' }),
];

function card(setUp: readonly string[] = []): TestCard {
  return remoteCard({ more: MORE, setUp });
}

/** Runs a script in both formats, on new cards. Gives the two answers. */
function both(
  tars: { readonly compact: string; readonly expanded: string },
  commands: readonly string[],
): string[] {
  const compact = runScript(card(), tars.compact, commands.join(''));
  const to = card();
  const expanded = runScript(to, tars.expanded, definite(apdus(...commands)));
  expect(to.faults).toEqual([]);
  return [compact, expanded];
}

describe('a script', () => {
  it.each([
    ['full access', RFM],
    ['the right of ADM1', BY_ADM1],
  ])('with %s creates, writes, resizes and deletes', (_what, tars) => {
    const commands = [EF, update('A5A5'), resize('6F29', 20), read(3), deleteFile('6F29')];
    const [compact, expanded] = both(tars, commands);
    expect(compact).toBe('059000');
    expect(expanded).toBe(response(5, rapdus('9000', '9000', '9000', 'A5A5FF9000', '9000')));
  });

  it.each([
    ['no access', NOTHING, [EF]],
    ['no access', NOTHING, [deleteFile('2F05')]],
    ['the right of PIN1', BY_PIN1, [EF]],
    ['the right of PIN1', BY_PIN1, [DF]],
    ['the right of PIN1', BY_PIN1, ['00E000000100']],
    ['the right of PIN1', BY_PIN1, [deleteFile('2F05')]],
    ['the right of PIN1', BY_PIN1, [deleteFile('7F10')]],
    ['the right of ADM1', BY_ADM1, [resize('2F05', 20)]],
    ['full access', RFM, [resize('2F05', 20)]],
  ])('with %s is refused with 6982: %#', (_what, tars, commands) => {
    expect(both(tars, commands)).toEqual(['016982', response(1, rapdus('6982'))]);
  });

  it.each([
    ['a file that is there', [create(TRANSPARENT, { fid: '83022F05' })], '6A89'],
    ['a template that is none', ['00E000000100'], '6A80'],
    ['more than there is', [create(TRANSPARENT, { size: '8003010000' })], '6A84'],
    ['a file that is not there', [deleteFile('6F30')], '6A82'],
    ['the MF', [deleteFile('3F00')], '6985'],
    ['a size of a file that is not there', [resize('6F30', 1)], '6A82'],
    ['TERMINATE EF', [terminateEf('2F05')], '6D00'],
    ['TERMINATE DF', [terminateDf('7F10')], '6D00'],
  ])('is refused for %s', (_what, commands, sw) => {
    expect(both(RFM, commands)).toEqual([`01${sw}`, response(1, rapdus(sw))]);
  });

  it('does not end the card', () => {
    expect(runScript(card(), RFM.compact, `${TERMINATE_CARD}00`)).toBe('016D00');
    expect(runScript(card(), RFM.expanded, definite(apdus(TERMINATE_CARD)))).toBe(
      response(1, rapdus('6D00')),
    );
  });

  it('may not delete what says never, whatever its access', () => {
    const never = create(TRANSPARENT, { rule: 'AB058001409700' });
    expect(both(RFM, [never, deleteFile('6F29')])[0]).toBe('026982');
  });

  it('goes on in the DF that it has created, and in the parent of what it has deleted', () => {
    const inner = [DF, EF, update('A5'), deleteFile('5F01'), go('2F05'), read(2)];
    expect(both(RFM, inner)).toEqual([
      '069000656E',
      response(6, rapdus('9000', '9000', '9000', '9000', '9000', '656E9000')),
    ]);
  });

  it('that cannot be stored ends with 6581, and nothing is there', () => {
    const to = card();
    to.clearLog();
    // The first is the counter of the packet.
    to.isStored = (offered) => offered < 1;
    expect(runScript(to, RFM.compact, EF + update('A5'))).toBe('016581');
    to.isStored = () => true;
    expect(to.send(go('6F29'))).toBe('6A82');
  });
});

describe('the terminal', () => {
  it('stands in the MF when its directory is deleted over the air', () => {
    const to = card([select('7F105F3A4F3A')]);
    expect(runScript(to, RFM.compact, deleteFile('7F10'))).toBe('019000');
    expect(to.ask('80F2000000')).toContain('83023F00');
    expect(to.send('00B2010401')).toBe('6986');
    expect(to.send(go('2F05'))).toBe('9000');
  });

  it('has no EF when it is deleted, and keeps its application', () => {
    const to = card([SELECT_USIM, PIN1, go('6F07')]);
    expect(runScript(to, RFM.usim, deleteFile('6F07'))).toBe('019000');
    expect(to.send(read(1))).toBe('6986');
    expect(to.send('00B0870001')).toBe('6A82');
    expect(to.ask('80F2000112')).toMatch(/^8410.*9000$/u);
    expect(to.send(select('7FFF6F7B'))).toBe('9000');
  });

  it('sees what was created and resized', () => {
    const to = card();
    runScript(to, RFM.compact, EF + resize('6F29', 20));
    expect(fcpOf(to, '6F29')).toContain('80020014');
    expect(to.send(read(20))).toBe(`${'FF'.repeat(20)}9000`);
  });

  it('reads the records that are left', () => {
    const linear = create(TRANSPARENT, { descriptor: '820442210001', rule: OPEN_RULE });
    const to = card();
    expect(runScript(to, RFM.compact, linear)).toBe('019000');
    to.sendAll([go('6F29'), '00B2000301']);
    expect(runScript(to, RFM.compact, resize('6F29', 4))).toBe('019000');
    expect(to.send('00B2000401')).toBe('6A83');
    expect(to.send('00B2040401')).toBe('FF9000');
  });
});

describe('a chain of scripts', () => {
  const FIRST = tlv('83', '01');
  const FIRST_KEPT = tlv('83', '11');
  const SUBSEQUENT = tlv('83', '02');

  function run(to: TestCard, ...tlvs: readonly string[]): string {
    return runScript(to, RFM.expanded, definite(...tlvs));
  }

  /** The chain goes on, and says where it is. */
  const WHERE = response(3, rapdus('9000', '656E9000'));
  const goesOn = (to: TestCard): string => run(to, SUBSEQUENT, apdus(go('2F05'), read(2)));

  it.each([
    ['that a reset ends', FIRST],
    ['that is kept', FIRST_KEPT],
  ])('%s goes on in the MF when its directory was deleted', (_what, first) => {
    const to = card();
    expect(run(to, first, apdus(DF, EF))).toBe(response(3, rapdus('9000', '9000')));
    expect(runScript(to, RFM.compact, deleteFile('5F01'))).toBe('019000');
    expect(goesOn(to)).toBe(WHERE);
    expect(to.faults).toEqual([]);
  });

  it('has no EF when it was deleted, over a reset', () => {
    const to = card();
    run(to, FIRST_KEPT, apdus(EF));
    runScript(to, RFM.compact, deleteFile('6F29'));
    to.reset();
    to.expectOk(EVERYTHING);
    expect(run(to, SUBSEQUENT, apdus(read(1)))).toBe(response(2, rapdus('6986')));
  });

  it('does not stand in another file that has got the number, in another directory', () => {
    const to = card();
    run(to, FIRST_KEPT, apdus(EF));
    runScript(to, RFM.compact, deleteFile('6F29') + DF);
    // A card that was switched off counts its files from the beginning.
    const profile = remoteProfile(MORE);
    const root = rootAfter(to.uicc.image, to.uicc.image.root, to.commits);
    const again = new TestCard({ profile, root, setUp: [EVERYTHING, select('5F01')] });
    runScript(again, RFM.compact, select('5F01') + EF);
    expect(runScript(again, RFM.expanded, definite(SUBSEQUENT, apdus(read(1))))).toBe(
      response(2, rapdus('6986')),
    );
  });
});

describe('an applet whose start directory was deleted', () => {
  const PHONEBOOK = 'B00F04';

  function without(): TestCard {
    const startDirectory = 'MF/DF.TELECOM/DF.PHONEBOOK';
    const to = remoteCard({ more: [applet(PHONEBOOK, { startDirectory })] });
    expect(runScript(to, PHONEBOOK, go('4F3A'))).toBe('019000');
    expect(runScript(to, RFM.compact, deleteFile('7F10'))).toBe('019000');
    return to;
  }

  it('starts in the MF', () => {
    const to = without();
    expect(runScript(to, PHONEBOOK, go('4F3A'))).toBe('016A82');
    expect(runScript(to, PHONEBOOK, go('2F05') + read(2))).toBe('029000656E');
    expect(to.faults).toEqual([]);
  });

  it('starts in the MF when it is another directory of an application', () => {
    const startDirectory = 'MF/ADF.USIM/DF.5GS';
    const to = remoteCard({ more: [applet(PHONEBOOK, { startDirectory })] });
    expect(runScript(to, RFM.usim, deleteFile('5FC0'))).toBe('019000');
    expect(runScript(to, PHONEBOOK, go('2F05') + read(2))).toBe('029000656E');
    expect(runScript(to, PHONEBOOK, go('7FFF') + go('6F07') + read(1))).toBe('03900008');
  });
});
