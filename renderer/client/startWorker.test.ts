import { describe, expect, it } from 'vitest';
import { ownScript } from './startWorker.ts';

describe('the address of a worker', () => {
  it.each([
    ['./assets/elk.js', 'app://nexus/#/workflows', 'app://nexus/assets/elk.js'],
    ['/assets/elk.js', 'http://127.0.0.1:8420/#/', 'http://127.0.0.1:8420/assets/elk.js'],
  ])('may be %s on %s', (address, page, url) => expect(ownScript(address, page)).toBe(url));

  it.each([
    ['https://evil.example/x.js', 'app://nexus/'],
    ['//evil.example/x.js', 'http://127.0.0.1:8420/'],
    ['http://127.0.0.1:9999/x.js', 'http://127.0.0.1:8420/'],
    ['data:text/javascript,1', 'app://nexus/'],
    ['blob:app://nexus/1', 'app://nexus/'],
  ])('may not be %s on %s', (address, page) => {
    // Bug caught: the one policy that may make script addresses makes any.
    expect(() => ownScript(address, page)).toThrow(TypeError);
  });
});
