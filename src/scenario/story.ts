/**
 * The story that a scenario tells while it runs: who sends what to whom, and what comes of it.
 *
 * @see docs/architecture.md, "The command line"
 * @module
 */

/**
 * Hears one line of the story.
 *
 * @param from who acts
 * @param to who is acted upon
 * @param what the act, in words
 * @param outcome what came of it, or how it is protected
 */
export type Listener = (from: string, to: string, what: string, outcome: string) => void;

/** Hears nothing. */
export const SILENT: Listener = () => undefined;
