/** How every age recipient begins, in every language. */
export const recipientBegins = 'age1…';
