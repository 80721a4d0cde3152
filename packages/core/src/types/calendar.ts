/**
 * Reading the digits of dates and times. Written by hand, character by character: a page of rows has many of them, and
 * neither a regular expression nor the language's own parser is fast or strict enough.
 */

const ZERO = 48;
const DASH = 45;
const COLON = 58;
const POINT = 46;
const PLUS = 43;
const LETTER_T = 84;
const LETTER_Z = 90;
const BLANK = 32;

const DATE_LENGTH = 10;
const SECOND_LENGTH = 19;
const DAY_MS = 86_400_000;
/** From 0001-01-01 to 1970-01-01. */
const DAYS_BEFORE_EPOCH = 719_162;
/** Days of a common year before the first of each month, January at 1. */
const DAYS_BEFORE_MONTH = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** First and last millisecond that every engine can store: 0001-01-01 to 9999-12-31. */
export const EARLIEST_MS = -62_135_596_800_000;
export const LATEST_MS = 253_402_300_799_999;

/** What `two` gives for other characters: an integer, for arithmetic with NaN is slow, and so low that every sum with it is negative. */
const NO_DIGITS = -1_000_000;

/** Two digits as a number. */
function two(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NO_DIGITS;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days from 1970-01-01; counted by hand, for `Date.UTC` is slower than all the rest and takes years below 100 for something else. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const past = year - 1;
  const leapDays = ((past / 4) | 0) - ((past / 100) | 0) + ((past / 400) | 0);
  const inYear = DAYS_BEFORE_MONTH[month]! + (month > 2 && isLeap(year) ? 1 : 0) + day - 1;
  return past * 365 + leapDays + inYear - DAYS_BEFORE_EPOCH;
}

/** Milliseconds at the beginning of the day that the first ten characters name; NaN where they name none. */
export function dayMs(text: string): number {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return NaN;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  if (year < 1 || month < 1 || month > 12 || day < 1) return NaN;
  if (day > 28 && day > daysInMonth(year, month)) return NaN;
  return daysSinceEpoch(year, month, day) * DAY_MS;
}

/** Seconds since midnight of the `HH:MM:SS` at `start`; NaN where it has no time. */
export function secondsOfDay(text: string, start: number): number {
  if (text.charCodeAt(start + 2) !== COLON || text.charCodeAt(start + 5) !== COLON) return NaN;
  const hours = two(text, start);
  const minutes = two(text, start + 3);
  const seconds = two(text, start + 6);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return NaN;
  return hours * 3_600 + minutes * 60 + seconds;
}

/** Where the fraction of a second that may begin at `start` ends: at `start` itself where it has no fraction. */
export function endOfFraction(text: string, start: number): number {
  if (text.charCodeAt(start) !== POINT) return start;
  let end = start + 1;
  while (isDigit(text.charCodeAt(end))) end++;
  return end === start + 1 ? start : end;
}

/** The digits of the fraction from `start` to `end`, the point left out. */
export function fractionDigits(text: string, start: number, end: number): string {
  return end === start ? '' : text.slice(start + 1, end);
}

/** At least `precision` digits, and no more than that unless they matter. */
export function significantDigits(digits: string, precision: number): string {
  if (digits.length <= precision) return digits.padEnd(precision, '0');
  let end = digits.length;
  while (end > precision && digits.charCodeAt(end - 1) === ZERO) end--;
  return digits.slice(0, end);
}

/** Seconds that the zone from `start` to the end of the text is ahead of UTC: `Z`, `+02`, `-03:30`, `+0530`, `+05:30:15`, or nothing. NaN for anything else. */
export function zoneSeconds(text: string, start: number): number {
  const { length } = text;
  if (start === length) return 0;
  const sign = text.charCodeAt(start);
  if (sign === LETTER_Z) return start + 1 === length ? 0 : NaN;
  if (sign !== PLUS && sign !== DASH) return NaN;
  let seconds = two(text, start + 1) * 3_600;
  let at = start + 3;
  for (const unit of [60, 1]) {
    if (at === length) break;
    if (text.charCodeAt(at) === COLON) at++;
    const part = two(text, at);
    seconds += part >= 0 && part <= 59 ? part * unit : NaN;
    at += 2;
  }
  if (at !== length || !(seconds >= 0 && seconds < 86_400)) return NaN;
  return sign === DASH ? -seconds : seconds;
}

/** Milliseconds of the whole second, in UTC, that a date with or without time names; NaN where it names none. A zone is not looked at. */
export function wholeSecondMs(text: string): number {
  const day = dayMs(text);
  if (text.length === DATE_LENGTH) return day;
  const separator = text.charCodeAt(DATE_LENGTH);
  if (separator !== BLANK && separator !== LETTER_T) return NaN;
  return day + secondsOfDay(text, DATE_LENGTH + 1) * 1_000;
}

/** Where the fraction of a date with time may begin. */
export function fractionStart(text: string): number {
  return text.length === DATE_LENGTH ? DATE_LENGTH : SECOND_LENGTH;
}

/** Milliseconds since 1970 of `YYYY-MM-DD[ |T]HH:MM:SS[.fraction][zone]`, digits below a millisecond left out; NaN for anything else. */
export function timestampMs(text: string): number {
  const ms = wholeSecondMs(text);
  const start = fractionStart(text);
  const end = endOfFraction(text, start);
  const zone = end === text.length ? 0 : zoneSeconds(text, end);
  return ms + millisOfFraction(text, start, end) - zone * 1_000;
}

function millisOfFraction(text: string, start: number, end: number): number {
  let millis = 0;
  for (let at = start + 1; at <= start + 3; at++) millis = millis * 10 + (at < end ? text.charCodeAt(at) - ZERO : 0);
  return millis;
}

const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

/** The day written last: rows that are written together are mostly of one day. */
const lastDay = { day: 0, text: '1970-01-01' };

/** `YYYY-MM-DD HH:MM:SS` in UTC, for a moment between EARLIEST_MS and LATEST_MS; what is less than a second is left out. */
export function utcSecondsText(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  if (day !== lastDay.day) {
    lastDay.text = new Date(day * DAY_MS).toISOString().slice(0, DATE_LENGTH);
    lastDay.day = day;
  }
  const second = Math.floor((ms - day * DAY_MS) / 1_000);
  const hours = TWO_DIGITS[Math.floor(second / 3_600)]!;
  const minutes = TWO_DIGITS[Math.floor(second / 60) % 60]!;
  return `${lastDay.text} ${hours}:${minutes}:${TWO_DIGITS[second % 60]!}`;
}

/** The millisecond of the second, three digits. */
export function millisText(ms: number): string {
  const millis = ((ms % 1_000) + 1_000) % 1_000;
  return millis < 100 ? `0${TWO_DIGITS[millis]!}` : String(millis);
}
