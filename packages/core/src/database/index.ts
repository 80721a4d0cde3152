export * from './driver';
export * from './connection';
export * from './database';
export * from './events';
