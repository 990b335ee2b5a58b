/**
 * The proactive session: its table state by state and event by event, and what follows from it.
 *
 * @see ETSI TS 102 223 §6.2, §6.4.7; ETSI TS 102 221 §7.4.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { COMMAND_TYPE, DEVICE, type ProactiveCommand } from '../../src/cat/proactive-command.ts';
import { refreshCommand } from '../../src/cat/refresh.ts';
import {
  answerCollected,
  type CommandEvent,
  type CommandState,
  commandAnswered,
  EMPTY_SESSION,
  fetchCommand,
  fetchedCommand,
  isQueued,
  NEXT,
  OFFERS_MAX,
  offeredCommand,
  type ProactiveSession,
  profileReceived,
  queueCommand,
  statusSeen,
  withdrawCommands,
} from '../../src/cat/session.ts';
import { FACILITY, type Facility, terminalProfile } from '../../src/cat/terminal-profile.ts';

const STATES = [
  'held',
  'ready',
  'fetched',
  'abandoned',
  'deferred',
  'given-up',
  'done',
] as const satisfies readonly CommandState[];
const EVENTS = [
  'answer-collected',
  'fetch',
  'performed',
  'try-later',
  'refused',
  'status',
  'withdrawn',
  'terminal-profile',
] as const satisfies readonly CommandEvent[];

/** The table once more: a row for each state, a column for each of {@link EVENTS}; a dot stays. */
const TABLE: Readonly<Record<CommandState, string>> = {
  held: 'ready . . . . . done .',
  ready: '. fetched . . . . done .',
  fetched: '. . done deferred given-up . abandoned deferred',
  abandoned: '. . done done done . . done',
  deferred: '. . . . . ready done .',
  'given-up': '. . . . . . done .',
  done: '. . . . . . . .',
};

const PROFILE = terminalProfile([FACILITY.refresh, FACILITY.moreTime]);
const REFRESH = refreshCommand('uicc-reset');
const MORE_TIME: ProactiveCommand = {
  details: { number: 1, type: COMMAND_TYPE.moreTime, qualifier: 0 },
  destination: DEVICE.terminal,
  objects: [],
};

/** MORE TIME behind another command: its number is the next. */
const SECOND: ProactiveCommand = {
  ...MORE_TIME,
  details: { ...MORE_TIME.details, number: 2 },
};

/** A session of an ME that has sent TERMINAL PROFILE. */
const OPEN = profileReceived(EMPTY_SESSION, PROFILE);

type DoneBy = 'terminal-response' | 'reset';

function queued(
  session: ProactiveSession,
  from: 'held' | 'ready' = 'ready',
  doneBy: DoneBy = 'reset',
  needs: Facility = FACILITY.refresh,
): ProactiveSession {
  return queueCommand(session, { command: REFRESH, needs, doneBy }, from);
}

/** What happens in the session for each event of the table; all are about REFRESH. */
const HAPPENS: Readonly<Record<CommandEvent, (session: ProactiveSession) => ProactiveSession>> = {
  'answer-collected': answerCollected,
  fetch: fetchCommand,
  performed: (session) => commandAnswered(session, 'performed'),
  'try-later': (session) => commandAnswered(session, 'try-later'),
  refused: (session) => commandAnswered(session, 'refused'),
  status: statusSeen,
  withdrawn: (session) => withdrawCommands(session, COMMAND_TYPE.refresh),
  'terminal-profile': (session) => profileReceived(session, PROFILE),
};

function happened(session: ProactiveSession, ...events: readonly CommandEvent[]): ProactiveSession {
  return events.reduce((from, event) => HAPPENS[event](from), session);
}

/** How a command comes into each state. */
const INTO: Readonly<Record<CommandState, (doneBy: DoneBy) => ProactiveSession>> = {
  held: (doneBy) => queued(OPEN, 'held', doneBy),
  ready: (doneBy) => queued(OPEN, 'ready', doneBy),
  fetched: (doneBy) => happened(queued(OPEN, 'ready', doneBy), 'fetch'),
  abandoned: (doneBy) => happened(queued(OPEN, 'ready', doneBy), 'fetch', 'withdrawn'),
  deferred: (doneBy) => happened(queued(OPEN, 'ready', doneBy), 'fetch', 'try-later'),
  'given-up': (doneBy) => happened(queued(OPEN, 'ready', doneBy), 'fetch', 'refused'),
  done: (doneBy) => happened(queued(OPEN, 'ready', doneBy), 'withdrawn'),
};

/** The state of the one command; a command that is done is forgotten. */
function stateOf({ commands }: ProactiveSession): CommandState {
  return commands[0]?.state ?? 'done';
}

const ROWS = STATES.flatMap((state) =>
  TABLE[state].split(' ').map((to, n) => {
    const next = to === '.' ? state : (to as CommandState);
    return [state, EVENTS[n]!, next] as const;
  }),
);

describe('the table of states', () => {
  it.each(ROWS)('goes from %s by %s to %s', (state, event, next) => {
    expect(NEXT[state][event] ?? state).toBe(next);
  });

  it('has no other states and no other events', () => {
    expect(Object.keys(NEXT)).toEqual(STATES);
    const events = new Set(Object.values(NEXT).flatMap((row) => Object.keys(row)));
    for (const event of events) expect(EVENTS).toContain(event);
  });

  it.each(ROWS)('holds for a REFRESH from %s by %s to %s, but for "performed"', (...row) => {
    const [state, event, next] = row;
    const session = INTO[state]('reset');
    expect(stateOf(session)).toBe(state);
    const isNoReset = state === 'fetched' && event === 'performed';
    expect(stateOf(happened(session, event))).toBe(isNoReset ? 'deferred' : next);
  });

  it.each(ROWS.filter(([state]) => state !== 'given-up'))(
    'holds for any other command from %s by %s to %s, but that nothing is kept once given up',
    (state, event, next) => {
      const session = INTO[state]('terminal-response');
      expect(stateOf(session)).toBe(state);
      expect(stateOf(happened(session, event))).toBe(next === 'given-up' ? 'done' : next);
    },
  );
});

describe('a command', () => {
  it('is offered as FETCH returns it', () => {
    const offered = offeredCommand(queued(OPEN));
    expect(toHex(offered!.octets)).toBe('d009810301010482028182');
    expect(offered?.command).toBe(REFRESH);
  });

  it('is not offered without TERMINAL PROFILE', () => {
    const session = queued(EMPTY_SESSION);
    expect(offeredCommand(session)).toBeUndefined();
    expect(fetchedCommand(fetchCommand(session))).toBeUndefined();
    expect(offeredCommand(profileReceived(session, PROFILE))?.command).toBe(REFRESH);
  });

  it.each([
    ['without the bit of REFRESH', terminalProfile([FACILITY.moreTime])],
    ['of all bits but that of REFRESH', new Uint8Array(30).fill(0xff).with(2, 0x7f)],
    ['of 2 octets', new Uint8Array(2).fill(0xff)],
    ['of no octets', new Uint8Array(0)],
  ])('is not offered with a TERMINAL PROFILE %s', (_what, profile) => {
    const session = queued(profileReceived(EMPTY_SESSION, profile));
    expect(offeredCommand(session)).toBeUndefined();
    expect(fetchCommand(session)).toEqual(session);
    expect(isQueued(session, COMMAND_TYPE.refresh)).toBe(true);
  });

  it('lets another be offered that the ME can do, and keeps its place', () => {
    const first = queued(OPEN, 'ready', 'terminal-response', FACILITY.sendShortMessage);
    const moreTime = { command: MORE_TIME, needs: FACILITY.moreTime, doneBy: 'reset' } as const;
    const session = queueCommand(first, moreTime, 'ready');
    expect(offeredCommand(session)?.command).toEqual(SECOND);
    const wider = profileReceived(session, new Uint8Array(4).fill(0xff));
    expect(offeredCommand(wider)?.command).toBe(REFRESH);
  });

  it('is held until an answer is collected, whatever else happens', () => {
    const session = queued(OPEN, 'held');
    const busy: readonly CommandEvent[] = ['fetch', 'status', 'terminal-profile', 'performed'];
    expect(offeredCommand(session)).toBeUndefined();
    expect(offeredCommand(happened(session, ...busy))).toBeUndefined();
    expect(offeredCommand(happened(session, ...busy, 'answer-collected'))?.command).toBe(REFRESH);
  });

  it('keeps a later one waiting until it is answered', () => {
    const both = queueCommand(
      queued(OPEN),
      { command: MORE_TIME, needs: FACILITY.moreTime, doneBy: 'terminal-response' },
      'ready',
    );
    const fetched = fetchCommand(both);
    expect(fetchedCommand(fetched)?.command).toBe(REFRESH);
    expect(offeredCommand(fetched)).toBeUndefined();
    expect(offeredCommand(withdrawCommands(fetched, COMMAND_TYPE.refresh))).toBeUndefined();
    expect(offeredCommand(commandAnswered(fetched, 'refused'))?.command).toEqual(SECOND);
  });

  it('is forgotten by a reset, which is an empty session', () => {
    expect(EMPTY_SESSION).toEqual({ profile: undefined, commands: [] });
    expect(offeredCommand(EMPTY_SESSION)).toBeUndefined();
    expect(statusSeen(EMPTY_SESSION)).toBe(EMPTY_SESSION);
  });

  it('is not touched by what becomes of a copy of the session', () => {
    const session = queued(OPEN);
    happened(session, 'fetch', 'refused');
    expect(stateOf(session)).toBe('ready');
    const profile = PROFILE.slice();
    const open = profileReceived(queued(EMPTY_SESSION), profile);
    profile.fill(0);
    expect(offeredCommand(open)?.command).toBe(REFRESH);
  });
});

describe('a REFRESH by UICC reset', () => {
  it.each<CommandEvent>(['performed', 'try-later'])(
    'that the ME answers with "%s" and no reset is offered at the next STATUS and not before',
    (answer) => {
      const answered = happened(queued(OPEN), 'fetch', answer);
      expect(offeredCommand(answered)).toBeUndefined();
      expect(fetchedCommand(answered)).toBeUndefined();
      expect(offeredCommand(happened(answered, 'answer-collected'))).toBeUndefined();
      expect(offeredCommand(statusSeen(answered))?.command).toBe(REFRESH);
    },
  );

  it('that the ME refuses is not offered again, and kept in mind until it is withdrawn', () => {
    const refused = happened(queued(OPEN), 'fetch', 'refused');
    const later = happened(refused, 'status', 'terminal-profile', 'answer-collected', 'status');
    expect(offeredCommand(later)).toBeUndefined();
    expect(isQueued(later, COMMAND_TYPE.refresh)).toBe(true);
    expect(happened(later, 'withdrawn').commands).toEqual([]);
  });

  it.each<CommandEvent>(['performed', 'try-later', 'terminal-profile'])(
    'is offered 5 times to an ME that always answers "%s", and then given up',
    (answer) => {
      let session = queued(OPEN);
      let offers = 0;
      while (offeredCommand(session) !== undefined) {
        session = happened(session, 'fetch', answer, 'status');
        offers++;
      }
      expect(offers).toBe(5);
      expect(OFFERS_MAX).toBe(5);
      expect(stateOf(session)).toBe('given-up');
    },
  );

  it('is not used up by 91XX that nobody follows', () => {
    let session = queued(OPEN);
    for (let n = 0; n < 20; n++) {
      expect(offeredCommand(session)?.offersLeft).toBe(5);
      session = statusSeen(session);
    }
  });

  it('whose TERMINAL RESPONSE was lost is freed by TERMINAL PROFILE, for the next STATUS', () => {
    const lost = happened(queued(OPEN), 'fetch');
    expect(offeredCommand(happened(lost, 'status', 'answer-collected'))).toBeUndefined();
    const freed = happened(lost, 'terminal-profile');
    expect(fetchedCommand(freed)).toBeUndefined();
    expect(offeredCommand(freed)).toBeUndefined();
    expect(offeredCommand(happened(freed, 'status'))?.command).toBe(REFRESH);
  });

  it.each<CommandEvent>(['performed', 'try-later', 'refused', 'terminal-profile'])(
    'that is withdrawn while the ME has it is over with "%s", whatever that means else',
    (answer) => {
      const withdrawn = happened(queued(OPEN), 'fetch', 'withdrawn');
      expect(isQueued(withdrawn, COMMAND_TYPE.refresh)).toBe(false);
      expect(fetchedCommand(withdrawn)?.command).toBe(REFRESH);
      const over = happened(withdrawn, answer, 'status');
      expect(over.commands).toEqual([]);
    },
  );

  it('that is wanted again waits until the ME has answered the withdrawn one', () => {
    const again = queued(happened(queued(OPEN), 'fetch', 'withdrawn'));
    expect(isQueued(again, COMMAND_TYPE.refresh)).toBe(true);
    expect(offeredCommand(again)).toBeUndefined();
    expect(offeredCommand(happened(again, 'performed'))?.offersLeft).toBe(5);
  });

  it('is withdrawn alone: commands of other types stay', () => {
    const entry = { command: MORE_TIME, needs: FACILITY.moreTime, doneBy: 'reset' } as const;
    const session = happened(queueCommand(queued(OPEN), entry, 'ready'), 'withdrawn');
    expect(session.commands.map(({ command }) => command)).toEqual([SECOND]);
  });

  it('has no answer when the ME has nothing: a stray TERMINAL RESPONSE changes nothing', () => {
    const session = queued(OPEN);
    for (const answer of ['performed', 'try-later', 'refused'] as const) {
      expect(commandAnswered(session, answer)).toEqual(session);
      expect(commandAnswered(EMPTY_SESSION, answer)).toEqual(EMPTY_SESSION);
    }
  });
});

describe('any session', () => {
  const from = fc.constantFrom<'held' | 'ready'>('held', 'ready');
  const doneBy = fc.constantFrom<DoneBy>('reset', 'terminal-response');
  const needs = fc.constantFrom(FACILITY.refresh, FACILITY.moreTime, FACILITY.sendShortMessage);
  const happening = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...EVENTS).map((event) => HAPPENS[event]) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(from, doneBy, needs)
        .map((args) => (session: ProactiveSession) => queued(session, ...args)),
    },
  );
  const happenings = fc.array(happening, { maxLength: 60 });
  const withMe = ({ commands }: ProactiveSession) =>
    commands.filter(({ state }) => state === 'fetched' || state === 'abandoned');

  it('has at most one command with the ME, offers none then, and keeps none that is done', () => {
    fc.assert(
      fc.property(happenings, (all) => {
        let session = EMPTY_SESSION;
        for (const happen of all) {
          session = happen(session);
          expect(withMe(session).length).toBeLessThanOrEqual(1);
          if (withMe(session).length === 1) expect(offeredCommand(session)).toBeUndefined();
          for (const { state, offersLeft } of session.commands) {
            expect(state).not.toBe('done');
            expect(offersLeft).toBeGreaterThanOrEqual(0);
            if (state === 'ready') expect(offersLeft).toBeGreaterThan(0);
          }
        }
      }),
    );
  });

  it('ends: an ME that can never do anything is left in peace', () => {
    const answer = fc.constantFrom<'performed' | 'try-later'>('performed', 'try-later');
    fc.assert(
      fc.property(happenings, answer, (all, always) => {
        let session = profileReceived(
          all.reduce((before, happen) => happen(before), EMPTY_SESSION),
          new Uint8Array(4).fill(0xff),
        );
        const most = (session.commands.length + 1) * OFFERS_MAX;
        let rounds = 0;
        for (session = happened(session, 'answer-collected', 'status'); ; rounds++) {
          if (offeredCommand(session) === undefined) break;
          if (rounds > most) expect.fail(`still offered after ${rounds} rounds`);
          session = happened(session, 'fetch', always, 'status');
        }
        expect(session.commands.filter(({ state }) => state !== 'given-up')).toEqual([]);
      }),
    );
  });
});
