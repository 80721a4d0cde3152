/** What `console.log` asks an object for: https://nodejs.org/api/util.html#utilinspectcustom */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom');
