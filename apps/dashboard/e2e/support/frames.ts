import type { Locator } from 'playwright-core';

export interface ScrolledFrames {
  /** How long each frame took, ms. */
  frames: number[];
  /** Most elements that the page had on the way. */
  mostElements: number;
}

/**
 * Scrolls a list that loads more at its end by `step` pixels in every frame, until the end has come and nothing more does. The list says
 * "so far" beside it while more is to come.
 */
export function framesOfScroll(list: Locator, step: number): Promise<ScrolledFrames> {
  return list.evaluate(
    (element, pixels) =>
      new Promise<ScrolledFrames>((resolve) => {
        const frames: number[] = [];
        const status = element.parentElement?.querySelector('[role="status"]');
        let mostElements = 0;
        let last = performance.now();
        const onFrame = (now: number) => {
          frames.push(now - last);
          last = now;
          mostElements = Math.max(mostElements, document.getElementsByTagName('*').length);
          const isAtEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - 1;
          if (isAtEnd && status?.textContent?.includes('so far') === false) {
            resolve({ frames, mostElements });
            return;
          }
          element.scrollTop += pixels;
          requestAnimationFrame(onFrame);
        };
        requestAnimationFrame(onFrame);
      }),
    step,
  );
}
