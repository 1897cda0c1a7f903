/** For tests: values that say something else than themselves to a shell that reads them as its own. */
export const hostileValues = [
  `'; touch PWNED; '`,
  '$(touch PWNED)',
  '`touch PWNED`',
  '"; touch PWNED #',
  'a\nEND\ntouch PWNED\n',
  '\\',
  'it\'s “x” "quoted" \\$HOME ${HOME} %s %n * ? [a-z] ~ !! & | ; < > ( )',
  '',
  ' leading and trailing ',
  '-n',
  '漢字 ü 🦊 \u0001\u007f',
  'tab\tand\r\nnewlines\n\n',
];
