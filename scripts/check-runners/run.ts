import { main } from './main.js';

main().then(
  (found) => {
    console.log(JSON.stringify(found));
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
