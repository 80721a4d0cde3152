/** What is not held by anything, found out by collecting garbage. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
export const collectGarbage = runInNewContext('gc') as () => void;

/** A weak reference is kept alive until the end of the turn of the event loop that looked at it, so that this takes several. */
export async function isCollected(reference: WeakRef<object>): Promise<boolean> {
  for (let i = 0; i < 20; i++) {
    await new Promise(setImmediate);
    collectGarbage();
    if (reference.deref() === undefined) return true;
  }
  return false;
}
