import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from './csp.ts';

describe('the content security policy', () => {
  const directive = (name: string, policy = contentSecurityPolicy()) =>
    policy.split('; ').find((part) => part.startsWith(`${name} `));

  it('lets no script run but our own files', () => {
    // Bug caught: someone adds 'unsafe-inline' or a host "just for now".
    expect(directive('script-src')).toBe("script-src 'self'");
    expect(contentSecurityPolicy()).not.toMatch(/unsafe-eval|strict-dynamic|https?:|\*/);
    expect(contentSecurityPolicy().match(/unsafe-inline/g)).toHaveLength(1);
    expect(directive('style-src')).toContain("'unsafe-inline'");
    expect(directive('require-trusted-types-for')).toBe("require-trusted-types-for 'script'");
  });

  it('denies what is not named', () => {
    expect(directive('default-src')).toBe("default-src 'none'");
    for (const name of ['frame-src', 'object-src', 'base-uri', 'frame-ancestors', 'form-action'])
      expect(directive(name)).toBe(`${name} 'none'`);
  });

  it('opens forms only where a login page needs them', () => {
    const policy = contentSecurityPolicy({ forms: true });
    expect(directive('form-action', policy)).toBe("form-action 'self'");
  });
});
