export * from './batch';
export * from './capabilities';
export * from './dialect';
export * from './nodes';
export * from './statement';
export * from './values-batch';
export * from './writer';
export { compile } from './compile';
export * from './template';
