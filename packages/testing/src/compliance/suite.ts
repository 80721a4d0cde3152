/**
 * The compliance suite: the same cases for every dialect, run by each driver package in a few lines. It brings no test framework
 * and no driver of its own; both are handed in. Assertions are node:assert's.
 */
import assert from 'node:assert/strict';
import { Espalier, type ConnectOptions, type DatabaseConfig } from '@espalier/core';
import { recordStatements, type StatementRecord } from '../statements';

/** What the suite needs of a test framework: jest's, vitest's and node:test's functions fit. */
export interface TestFramework {
  describe(name: string, body: () => void): void;
  test(name: string, body: () => Promise<void>): void;
  beforeAll(body: () => Promise<void>): void;
  afterAll(body: () => Promise<void>): void;
}

/** Named gaps: what an engine cannot do. A case that needs it proves the typed refusal instead. */
export interface Requirements {
  /** Text matches by regular expression (`matches`). */
  regularExpressions: boolean;
  /** Array columns. */
  arrays: boolean;
  /** Several connections to one database at a time, so that transactions can race. */
  concurrency: boolean;
  /** Isolation levels that a transaction may ask for. */
  isolationLevels: boolean;
  /** Foreign keys that take the default of their columns when the row that they refer to is deleted. */
  setDefault: boolean;
  /** Enums of the engine's own. */
  nativeEnums: boolean;
}

export interface ComplianceTarget {
  /** How the dialect is called in names of tests. */
  dialect: string;
  /** A fresh, empty database for this file; called once. */
  open(): Promise<{ config: DatabaseConfig; close(): Promise<void> }>;
  requirements: Requirements;
  /** A text type that holds texts for equal which differ in case, and the statement that makes it. Without one the cases of such keys are left out. */
  insensitiveText?: { readonly sqlType: string; readonly setUp?: (orm: Espalier) => Promise<unknown> };
  /** A text type that does not count blanks at the end (PAD SPACE). Without one the cases of such keys are left out. */
  paddedText?: string;
  /** The groups that run, by their names. Default: all that the requirements allow. */
  groups?: readonly string[];
}

/** What a case works with. */
export interface ComplianceContext {
  readonly requirements: Requirements;
  readonly dialect: string;
  /** Of the target; there in the cases that need it. */
  readonly insensitiveText: ComplianceTarget['insensitiveText'];
  /** Of the target; there in the cases that need it. */
  readonly paddedText: ComplianceTarget['paddedText'];
  /** The target's database, for a test that connects by itself. */
  config(): DatabaseConfig;
  /** Connects to the target's database with these entities, their tables made afresh; closed after the test. */
  withOrm: <R>(
    entities: ConnectOptions['entities'],
    work: (orm: Espalier, statements: StatementRecord) => Promise<R>,
  ) => Promise<R>;
}

export interface CaseGroup {
  name: string;
  cases: Readonly<Record<string, (context: ComplianceContext) => Promise<void>>>;
}

/** Declares the tests of these groups for one target. */
export function declareCompliance(
  framework: TestFramework,
  target: ComplianceTarget,
  groups: readonly CaseGroup[],
): void {
  framework.describe(`${target.dialect} complies`, () => {
    let opened: { config: DatabaseConfig; close(): Promise<void> } | undefined;
    framework.beforeAll(async () => {
      opened = await target.open();
    });
    framework.afterAll(async () => {
      await opened?.close();
    });
    const checked = new Set<string>();
    /** What was just made of entities is what is mapped: once for each of the models. */
    const check = async (orm: Espalier): Promise<void> => {
      const made = orm.schema.sql().join(';');
      if (checked.has(made)) return;
      checked.add(made);
      assert.deepEqual((await orm.schema.check()).map(String), []);
    };
    const context: ComplianceContext = {
      requirements: target.requirements,
      dialect: target.dialect,
      insensitiveText: target.insensitiveText,
      paddedText: target.paddedText,
      config: () => opened!.config,
      async withOrm(entities, work) {
        const orm = await Espalier.connect({ entities, databases: { default: opened!.config } });
        try {
          await orm.schema.drop();
          await orm.schema.create();
          await check(orm);
          return await work(orm, recordStatements(orm));
        } finally {
          await orm.schema.drop();
          await orm.close();
        }
      },
    };
    for (const { name, cases } of groups) {
      framework.describe(name, () => {
        for (const [title, run] of Object.entries(cases)) framework.test(title, () => run(context));
      });
    }
  });
}
