/**
 * `@espalier/core/driver`: all that the author of a dialect package needs, and nothing that users of entities need.
 * A dialect package brings a Dialect (spelling), a Driver (wire) and a DatabaseConfig that opens it.
 */

// What a package is made of.
export type {
  DatabaseConfig,
  Driver,
  DriverConnection,
  NetworkBounds,
  NetworkOptions,
  Pending,
  PoolOptions,
} from './database';
export {
  cannotConnect,
  checkedNetwork,
  checkSwitch,
  checkTls,
  optionsOf,
  watchForSilence,
  withDeadline,
} from './database';
export type {
  Capabilities,
  CatalogQuestion,
  CatalogReader,
  Comparison,
  DdlSpelling,
  Dialect,
  FoundColumn,
  FoundTable,
  NativeEnum,
  SqlFamily,
  SqlTypeFacts,
  SqlWriter,
  TableReference,
  TransactionOptions,
  TransactionSpelling,
} from './sql';
export {
  checkIdentifier,
  columnsByIndex,
  isolationLevel,
  leadingColumns,
  qualifiedTable,
  standardTransaction,
} from './sql';

// Values and how they travel.
export type { Codec, ColumnType, ColumnTypeName, ColumnTypeOptions, DriverValue, ValueConversion } from './types';
export {
  arrayCodec,
  booleanNumber,
  cachedCodecs,
  createColumnType,
  customColumnType,
  faithfulCodec,
  resolveCodec,
  uuidText,
  validMomentReader,
} from './types';

// Statements: what they mean, their text, what they answer.
export type {
  AssignmentNode,
  ColumnNode,
  ColumnReference,
  CompareNode,
  ComparisonOperator,
  ConditionNode,
  ConstantNode,
  CountNode,
  DeleteNode,
  ExistsNode,
  ExpressionNode,
  InNode,
  InSelectNode,
  IsNullNode,
  JunctionNode,
  ListMembership,
  ListNode,
  MatchKind,
  MatchNode,
  NotNode,
  OrderNode,
  PresentNode,
  ResultRow,
  RowWindow,
  SelectNode,
  Source,
  SourceLink,
  StatementNode,
  SuccessorNode,
  TextMatch,
  UpdateNode,
  ValueNode,
} from './sql';
export {
  assignment,
  compare,
  compareValue,
  deleteFrom,
  exists,
  inRows,
  inSelect,
  isNull,
  junction,
  match,
  not,
  order,
  resultRow,
  rowCount,
  select,
  TableSource,
  update,
  value,
} from './sql';
export type { Binding, BoundStatement, CompiledStatement, StatementResult, StatementTraits } from './sql';
export { bind, boundStatement, compile, fold, valuesOf } from './sql';

// Many rows in few statements.
export type {
  BatchColumn,
  BatchRow,
  BatchStatement,
  BatchWriter,
  ByteLimit,
  DeleteBatch,
  InsertBatch,
  StatementLimits,
  UpdateBatch,
  ValuesInsertSpelling,
} from './sql';
export {
  chunkRows,
  decodeReturned,
  deleteByKeys,
  encodedSize,
  identityIn,
  inOrderOfIdentity,
  insertByValues,
  returningClause,
  updateEachRow,
} from './sql';

// The errors that a driver's are translated to.
export type { ConnectTarget, ConstraintDetails, ErrorCode, ErrorDetails } from './errors';
export {
  CheckViolationError,
  ConnectError,
  ConnectionLostError,
  DeadlockError,
  EspalierError,
  ForeignKeyViolationError,
  IntegrityError,
  LockTimeoutError,
  NotNullViolationError,
  QueryError,
  QueryTimeoutError,
  SerializationError,
  TransactionError,
  UniqueViolationError,
} from './errors';
