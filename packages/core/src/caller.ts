/**
 * The stack of an error begins at the line of the program that called. V8 follows a promise to the function that awaits it only as long as nothing else waits
 * for it, which the queues of sessions and connections do; so the frames are taken where a public call ends, and on failure only.
 */
import { EspalierError } from './errors';

/** Errors whose stack begins at a caller: those around it are further away. */
const placed = new WeakSet<EspalierError>();

/** Does what a public call stands for. Its promise is to be given to the caller as it is. */
export async function called<R>(work: () => PromiseLike<R> | R): Promise<R> {
  try {
    return await work();
  } catch (error) {
    throw atCaller(error, called);
  }
}

/** The error, its stack beginning at what called, or awaits, `boundary`. What the program itself has thrown is left as it is. */
export function atCaller(error: unknown, boundary: (...args: never) => unknown): unknown {
  if (!(error instanceof EspalierError) || placed.has(error)) return error;
  const here: { stack?: unknown } = {};
  Error.captureStackTrace(here, boundary);
  const callers = framesOf(here.stack).filter((frame) => !isOurs(frame));
  if (callers.length === 0) return error;
  placed.add(error);
  const { name, message, stack = '' } = error;
  const known = new Set(callers.map(placeOf));
  const inner = framesOf(stack.slice(stack.indexOf(message) + message.length)).filter(
    (frame) => !known.has(placeOf(frame)) && !frame.includes('node:'),
  );
  error.stack = [`${name}: ${message}`, ...callers, ...inner].join('\n');
  return error;
}

/** A frame without what differs before and after an await. */
function placeOf(frame: string): string {
  return frame.trim().replace(/^at (?:async )?/, '');
}

const FRAME = /^\s+at /;

function framesOf(stack: unknown): string[] {
  return typeof stack === 'string' ? stack.split('\n').filter((line) => FRAME.test(line)) : [];
}

/** The folder of this file; undefined in a bundle, where files do not tell who wrote what. */
const HOME = homeOf(framesOf(new Error().stack)[0] ?? '');

function homeOf(frame: string): string | undefined {
  return /^\s+at (?:.*\()?(.*[/\\])caller\.[jt]s(?::\d+)*\)?$/.exec(frame)?.[1];
}

/** Of the library, or of Node: its queue of tasks is below each function that goes on after an await; `async Promise.all (index 0)` has no line. */
function isOurs(frame: string): boolean {
  if (/^\s+at async Promise\.\w+ \(index \d+\)$/.test(frame)) return true;
  return (HOME !== undefined && frame.includes(HOME)) || frame.includes('node:');
}
