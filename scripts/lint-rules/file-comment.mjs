/** Lint rule: a source file begins with a comment that says what the file is for. */
export const fileComment = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { missing: 'Begin the file with a short comment that says what it is for.' },
  },
  create(context) {
    return {
      Program(program) {
        const [first] = context.sourceCode.getAllComments();
        const [statement] = program.body;
        const opens = first !== undefined && (statement === undefined || first.range[0] < statement.range[0]);
        if (!opens || /^\s*eslint-disable/.test(first.value))
          context.report({ node: program, loc: { line: 1, column: 0 }, messageId: 'missing' });
      },
    };
  },
};
