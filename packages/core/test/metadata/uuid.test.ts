/** Uuids that sort by time. */
import { uuidv7 } from '../../src/metadata';

test('they have version 7, the variant of RFC 9562, and the time', () => {
  const before = Date.now();
  const uuid = uuidv7();
  expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const time = Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
});

test('each is greater than the one before, also where many are made in one millisecond', () => {
  const uuids = Array.from({ length: 20_000 }, uuidv7);
  expect(uuids).toEqual([...uuids].sort());
  expect(new Set(uuids).size).toBe(uuids.length);
});

test('a clock that goes back does not take the order with it', () => {
  const first = uuidv7();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(0);
  try {
    expect(uuidv7() > first).toBe(true);
  } finally {
    clock.mockRestore();
  }
});
