/**
 * What an applet stores, over resets and power cuts; that applets do not see each other's; and an
 * applet that breaks.
 *
 * @see docs/applets.md; docs/architecture.md, "The card changes by commits"
 * @module
 */

import { describe, expect, it } from 'vitest';
import type { CommitLog } from '../../../src/apdu/commit-log.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import type { CardRoot } from '../../../src/card/memory.ts';
import type { AppletContext, AppletKinds } from '../../../src/card/ota/applet.ts';
import { rootAfter } from '../../../src/card/store/commit-codec.ts';
import { createUicc, type Uicc } from '../../../src/card/uicc.ts';
import {
  countingCard,
  OTHER_TAR,
  otaProfile,
  packetEnvelope,
  sealedFor,
  sendPacket,
  TAR,
  testApplet,
} from '../support/ota-card.ts';
import { EVERYTHING, STATUS, transmit } from '../support/proactive.ts';
import { sealShape, shapeOf } from '../support/shapes.ts';

const SHAPE = shapeOf('nothing');
const MAX = 16384;

/** A card with two applets of one kind, which do what they are told. */
interface Asked {
  readonly card: Uicc;
  readonly faults: unknown[];
  readonly commits: Uint8Array[];
  /** Sends a packet, and has the applet of its TAR do something. Gives what came back. */
  tell(tar: string, act: (context: AppletContext) => void): string;
}

function asked(root?: CardRoot, log: Partial<CommitLog> = {}): Asked {
  const faults: unknown[] = [];
  const commits: Uint8Array[] = [];
  let act: (context: AppletContext) => void = () => {};
  const applets: AppletKinds = {
    test: (_packet, context) => {
      act(context);
      return context.load().subarray(0, 4);
    },
  };
  const append = (commit: Uint8Array): boolean => {
    if (log.append?.(commit) === false) return false;
    commits.push(commit);
    return true;
  };
  const profile = otaProfile({
    keySets: [SHAPE.keySet],
    applets: [testApplet(TAR), testApplet(OTHER_TAR)],
  });
  const card = createUicc(profile, {
    applets,
    log: { append },
    onFault: (fault) => faults.push(fault),
    ...(root === undefined ? {} : { root }),
  });
  card.reset();
  transmit({ card }, EVERYTHING);
  const tell = (tar: string, then: (context: AppletContext) => void): string => {
    act = then;
    const cntr = card.root.entries[0]!.keySets[0]!.cntr + 1;
    const sw = transmit({ card }, packetEnvelope(sealShape(SHAPE, 1, { tar: fromHex(tar), cntr })));
    return sw.startsWith('61') ? transmit({ card }, `00c00000${sw.slice(2)}`) : sw;
  };
  return { card, faults, commits, tell };
}

/** What an applet has stored, in hex. */
function dataOf(to: Asked, tar: string): string {
  let data = 'not run';
  to.tell(tar, ({ load }) => {
    data = toHex(load());
  });
  return data;
}

function stores(hex: string): (context: AppletContext) => void {
  return ({ store }) => {
    expect(store(fromHex(hex))).toBe(true);
  };
}

describe('a context', () => {
  it.each<[string, (context: AppletContext) => unknown]>([
    ['no command', ({ transmit: send }) => send(fromHex('00A40004023F00'))],
    ['no data', ({ load }) => load()],
    ['nothing stored', ({ store }) => store(Uint8Array.of(1))],
    ['nothing told', ({ find }) => find(true, 'a', 'b')],
    ['no REFRESH', ({ requestUiccReset }) => requestUiccReset()],
    ['none taken back', ({ withdrawUiccReset }) => withdrawUiccReset()],
  ])('gives %s when its packet has been processed', (_what, use) => {
    const to = asked();
    let kept: AppletContext | undefined;
    to.tell(TAR, (context) => {
      kept = context;
    });
    const { root } = to.card;
    expect(() => use(kept!)).toThrow('test: its packet has been processed, the context is over');
    expect(to.card.root).toBe(root);
  });

  it('is over, too, when the applet has broken', () => {
    const to = asked();
    let kept: AppletContext | undefined;
    to.tell(TAR, (context) => {
      kept = context;
      throw new Error('broken');
    });
    expect(to.faults).toHaveLength(1);
    expect(() => kept?.store(Uint8Array.of(1))).toThrow('the context is over');
  });
});

describe('what an applet stores', () => {
  it('is nothing at first, and what it stored last from then on', () => {
    const to = asked();
    expect(dataOf(to, TAR)).toBe('');
    to.tell(TAR, stores('0102'));
    expect(dataOf(to, TAR)).toBe('0102');
    to.tell(TAR, stores('03'));
    expect(dataOf(to, TAR)).toBe('03');
    to.tell(TAR, stores(''));
    expect(dataOf(to, TAR)).toBe('');
  });

  it('survives a reset and a loss of power', () => {
    const to = asked();
    to.tell(TAR, stores('0102'));
    to.card.reset();
    expect(dataOf(to, TAR)).toBe('0102');
    to.card.powerOff();
    to.card.reset();
    expect(dataOf(to, TAR)).toBe('0102');
  });

  it('is not seen by another applet of its kind', () => {
    const to = asked();
    to.tell(OTHER_TAR, stores('0102'));
    expect(dataOf(to, TAR)).toBe('');
    to.tell(TAR, stores('03'));
    expect([dataOf(to, TAR), dataOf(to, OTHER_TAR)]).toEqual(['03', '0102']);
  });

  it('is a copy on the way in and on the way out', () => {
    const to = asked();
    const octets = Uint8Array.of(1, 2);
    to.tell(TAR, ({ store }) => store(octets));
    octets.fill(9);
    expect(dataOf(to, TAR)).toBe('0102');
    to.tell(TAR, ({ load }) => load().fill(9));
    expect(dataOf(to, TAR)).toBe('0102');
  });

  it(`has ${MAX} octets at most`, () => {
    const to = asked();
    to.tell(TAR, ({ store }) => expect(store(new Uint8Array(MAX).fill(7))).toBe(true));
    expect(dataOf(to, TAR)).toBe('07'.repeat(MAX));
    to.tell(TAR, ({ store }) => {
      expect(() => store(new Uint8Array(MAX + 1))).toThrow(RangeError);
    });
    expect(dataOf(to, TAR)).toBe('07'.repeat(MAX));
    expect(to.faults).toEqual([]);
  });

  it('is what it was when it cannot be stored, and the applet is told', () => {
    let isFull = false;
    let offered = 0;
    const to = asked(undefined, { append: () => !isFull || ++offered === 1 });
    to.tell(TAR, stores('0102'));
    isFull = true;
    const said: boolean[] = [];
    to.tell(TAR, ({ store }) => {
      said.push(store(fromHex('03')));
    });
    isFull = false;
    expect(said).toEqual([false]);
    expect(dataOf(to, TAR)).toBe('0102');
  });
});

describe('a power cut while an applet stores', () => {
  it('leaves what it had stored before or what it stored then, at each commit', () => {
    const to = asked();
    to.tell(TAR, stores('0102'));
    to.tell(OTHER_TAR, stores('0a0b'));
    const before = to.card.root;
    to.commits.length = 0;
    to.tell(TAR, ({ store }) => {
      store(fromHex('03'));
      store(fromHex('0405'));
    });
    expect(to.commits).toHaveLength(3);
    const after = Array.from({ length: 4 }, (_, n) => {
      const again = asked(rootAfter(to.card.image, before, to.commits.slice(0, n)));
      return [dataOf(again, TAR), dataOf(again, OTHER_TAR)].join(' ');
    });
    expect(after).toEqual(['0102 0a0b', '0102 0a0b', '03 0a0b', '0405 0a0b']);
  });
});

describe('an applet that breaks', () => {
  const breaks = (): never => {
    throw new Error('it breaks');
  };

  it('is answered with 6F00, and leaves all but the counter as it was', () => {
    const to = asked();
    to.tell(TAR, stores('0102'));
    const before = to.card.root;
    expect(to.tell(TAR, breaks)).toBe('6f00');
    expect(to.faults).toHaveLength(1);
    const { root } = to.card;
    const {
      entries: [was],
      ...others
    } = before;
    const {
      entries: [is],
      ...now
    } = root;
    expect(Object.values(now).every((value, n) => value === Object.values(others)[n])).toBe(true);
    expect(is?.keySets[0]?.cntr).toBe(was!.keySets[0]!.cntr + 1);
    expect({ ...is, keySets: [] }).toEqual({ ...was, keySets: [] });
    expect(dataOf(to, TAR)).toBe('0102');
    expect(to.faults).toHaveLength(1);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', '9000'],
    ['a list of numbers', [0x90, 0x00]],
  ])('is one that answers %s in place of octets', (_what, answer) => {
    const to = countingCard({ answer: () => answer as unknown as Uint8Array });
    expect(sendPacket(to, sealedFor('16', 0x19)).sw).toBe('6f00');
    expect(to.faults.map(String)).toEqual([
      expect.stringMatching(/^TypeError: test: expected a Uint8Array from its logic, got \w+$/),
    ]);
  });

  it('keeps what it stored before it broke', () => {
    const to = asked();
    to.tell(TAR, (context) => {
      stores('0102')(context);
      breaks();
    });
    expect(dataOf(to, TAR)).toBe('0102');
  });

  it('has no answer, asks for no reset, and does not hinder the next packet', () => {
    const to = asked();
    const answer = to.tell(TAR, ({ requestUiccReset }) => {
      requestUiccReset();
      breaks();
    });
    expect(answer).toBe('6f00');
    expect(transmit(to, '00c0000001')).toBe('6985');
    expect(transmit(to, STATUS)).toBe('9000');
    expect(to.tell(TAR, () => {})).toMatch(/^027100.*009000$/u);
  });

  it('cannot be made to break twice by the same packet', () => {
    const to = asked();
    const packet = packetEnvelope(sealShape(SHAPE, 1, { cntr: 6 }));
    to.tell(TAR, breaks);
    expect(transmit(to, packet)).toBe('6110');
    expect(transmit(to, '00c0000010')).toMatch(/029000$/u);
    expect(to.faults).toHaveLength(1);
  });

  it('by storing too much breaks like any other', () => {
    const to = asked();
    const answer = to.tell(TAR, ({ store }) => {
      store(new Uint8Array(MAX + 1));
    });
    expect(answer).toBe('6f00');
    expect(to.faults).toEqual([expect.any(RangeError)]);
    expect(dataOf(to, TAR)).toBe('');
  });
});

describe('what an applet does with files', () => {
  it('is apart from the terminal, and begins anew with each packet', () => {
    const to = asked();
    const answers: string[] = [];
    const run =
      (...commands: readonly string[]) =>
      ({ transmit: send }: AppletContext): void => {
        answers.push(...commands.map((command) => toHex(send(fromHex(command)))));
      };
    to.tell(TAR, run('00a4000c022fe2', '00b0000002'));
    to.tell(TAR, run('00b0000002', '80f2000000', '008800801110'));
    expect(answers).toEqual(['9000', '98999000', '6986', '6d00', '6d00']);
    expect(transmit(to, '00b0000002')).toBe('6986');
    expect(to.faults).toEqual([]);
  });
});
