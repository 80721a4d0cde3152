/** Each code of an error has a page in docs/errors, each page a code, and what each stands for happens somewhere: in its example, which docs.test.ts runs, or in another test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@espalier/core';
import { AUDIENCES, type ErrorCode } from '../../core/src/error-codes';

const ROOT = join(__dirname, '../../..');
const PAGES = join(ROOT, 'docs', 'errors');

/** What no program of a few lines can bring about: the test that does, and what it looks for. */
const PROVOKED: Partial<Record<ErrorCode, { readonly test: string; readonly by: string }>> = {
  CLIENT_PACKAGE_MISSING: { test: 'packages/sqlite/test/choose-client.test.ts', by: 'CLIENT_PACKAGE_MISSING' },
  COMMIT_OUTCOME_UNKNOWN: {
    test: 'packages/testing/test/network/silent-servers.test.ts',
    by: 'CommitOutcomeUnknownError',
  },
  PARTIAL_COMMIT: { test: 'packages/testing/test/two-databases.test.ts', by: 'PartialCommitError' },
};

/** Kept for a later version. */
const NEVER_THROWN: readonly ErrorCode[] = ['MIGRATION_FAILED'];

const codes = Object.keys(AUDIENCES) as ErrorCode[];
const pageOf = (code: string): string => readFileSync(join(PAGES, `${code}.md`), 'utf8');

test('each page is that of a code', () => {
  const pages = readdirSync(PAGES).filter((file) => file !== 'README.md');
  expect(pages.map((file) => file.replace(/\.md$/, '')).sort()).toEqual([...codes].sort());
});

test.each(codes)('%s has situations, an example and a remedy', (code) => {
  const headings = [...pageOf(code).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([code, 'Situations', 'Example', 'Remedy']);
});

test.each(codes)('%s names its class, and who can mend it', (code) => {
  const page = pageOf(code);
  const [, name] = /^\| class +\| `(\w+)` +\|$/m.exec(page)!;
  expect(core).toHaveProperty(name!);
  expect(page).toMatch(new RegExp(`^\\| who can mend it +\\| ${AUDIENCES[code]} +\\|$`, 'm'));
});

test.each(codes)('%s is in the list of those who can mend it', (code) => {
  const heading = `## The ${AUDIENCES[code]}`;
  const list = readFileSync(join(PAGES, 'README.md'), 'utf8').split(heading)[1]!.split(/^## /m)[0];
  expect(list).toContain(`[${code}](${code}.md)`);
});

test.each(codes.filter((code) => !NEVER_THROWN.includes(code)))('%s happens in its example, or in a test', (code) => {
  const elsewhere = PROVOKED[code];
  if (elsewhere) expect(readFileSync(join(ROOT, elsewhere.test), 'utf8')).toContain(elsewhere.by);
  else
    expect(pageOf(code)).toMatch(
      new RegExp(
        `^\`\`\`ts\\n.*^ +console\\.log\\(error\\.code, error\\.audience\\); // → ${code} \\w+$.*^\`\`\`$`,
        'ms',
      ),
    );
});
