/** Carries the steps of a flush out: rows → batches → statements; what is known of rows moves forward. It reads no entity: all values are in the plan. */
import type { FlushStep } from './plan';
import { clearColumns, deleteRows, replaceRows, updateRows } from './change-rows';
import { insertRows } from './insert-rows';
import { purgeLinks, writeLinks } from './write-links';
import type { FlushTarget } from './target';

export async function executePlan(target: FlushTarget, steps: readonly FlushStep[]): Promise<void> {
  for (const step of steps) await executeStep(target, step);
}

function executeStep(target: FlushTarget, step: FlushStep): Promise<void> {
  switch (step.kind) {
    case 'insert':
      return insertRows(
        target,
        step.actions[0]!.group.place,
        step.actions.map(({ row }) => row),
      );
    case 'replace':
      return replaceRows(target, step.actions);
    case 'update':
      return updateRows(target, step.actions);
    case 'clear':
      return clearColumns(target, step.actions);
    case 'delete':
      return deleteRows(target, step.actions);
    case 'link':
    case 'unlink':
      return writeLinks(target, step.actions);
    case 'purge':
      return purgeLinks(target, step.actions);
  }
}
