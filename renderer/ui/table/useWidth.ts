import { type RefObject, useLayoutEffect, useState } from 'react';

/** The inner width of an element in px, as it changes; 0 while it is not there (`present` false). */
export function useWidth(element: RefObject<HTMLElement | null>, present: boolean): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const measure = () => setWidth(target.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, present]);
  return width;
}
