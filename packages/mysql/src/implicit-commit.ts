/** Statements that commit by themselves: https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html */

const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*/;
const COMMITS = /^(?:(?:create|drop)\s+(?!temporary\b)|alter\b|truncate\b|rename\b|lock\s+tables?\b|grant\b|revoke\b)/i;

export function commitsImplicitly(sql: string): boolean {
  return COMMITS.test(sql.slice(LEADING.exec(sql)![0].length));
}
