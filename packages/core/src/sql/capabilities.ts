/** What an engine can do, each as the question it answers. A dialect states all of them. */
export interface Capabilities {
  /** Does `insert` return columns of the rows it wrote? */
  readonly insertReturning: boolean;
  /** Does a failed statement leave the transaction unusable until a savepoint is rolled back? */
  readonly errorAbortsTransaction: boolean;
  /** Are DDL statements part of the transaction, so that rollback undoes them? */
  readonly transactionalDdl: boolean;
  /** Must the columns of a select have unique names, because the driver returns rows by name? */
  readonly uniqueColumnNames: boolean;
  /** Does a plain select inside a transaction read an old snapshot by default, so that only a locking read sees what others have committed since? */
  readonly snapshotReads: boolean;
  /** Has the engine schemas (namespaces) inside a database? */
  readonly schemas: boolean;
  /** Has the engine array columns? */
  readonly arrays: boolean;
  /** Can the order of unique checks inside one statement make a swap of unique values fail? */
  readonly immediateUniqueChecks: boolean;
}
