/** What an engine can do, each as the question it answers. A dialect states all of them. */
export interface Capabilities {
  /** Does a failed statement leave the transaction unusable until a savepoint is rolled back? */
  readonly errorAbortsTransaction: boolean;
  /** Does a plain select inside a transaction read an old snapshot by default, so that only a locking read sees what others have committed since? */
  readonly snapshotReads: boolean;
  /** Does an insert that a unique key refused leave the row in its way locked for sharing? Two who then change that row deadlock. */
  readonly conflictsLock: boolean;
  /** Is a row deleted that refers to itself? InnoDB refuses it as it refuses any row that is referred to. */
  readonly deletesSelfReferring: boolean;
  /** Has the engine array columns? */
  readonly arrays: boolean;
}
