import { expect, test } from 'vitest';
import { main } from '../src/main.js';

test('the model', async () => {
  const found = JSON.stringify(await main());
  console.log(found);
  expect(found).toContain('Jazz');
});
