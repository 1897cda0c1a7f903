// Tests look at what a program that reads a pipe gets. Whoever starts them may ask for colours or
// tell of a terminal (a CI does): that would reach the code under test as well.
for (const name of ['FORCE_COLOR', 'CLICOLOR_FORCE', 'CI', 'COLUMNS', 'LINES'])
  delete process.env[name];
process.env['NO_COLOR'] = '1';
