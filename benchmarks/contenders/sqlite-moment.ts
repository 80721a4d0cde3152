/** How most contenders hold a moment in SQLite: as text in UTC, to the millisecond. */

/** `2024-02-29 12:30:00.123` */
export function sqliteMoment(date: Date): string {
  const iso = date.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}
