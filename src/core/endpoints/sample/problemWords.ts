/** Word banks for problems. `{x}` is the topic, `{language}` a programming language, `{a}`, `{b}`, `{c}` are numbers. */

export const MATH_PROBLEMS: readonly string[] = [
  'On the topic of {x}: find all real numbers $z$ with ${a}z + {b} = {c}z - {a}$.',
  'A problem on {x}: a workshop makes {a} parts an hour and {b} parts on the first day; after how many hours are there {c} parts?',
  'For practice in {x}: compute the sum of the first {a} terms of a sequence that starts with {b} and grows by {c}.',
  'Within {x}: show that $n^2 + {a}n$ is even whenever $n$ and {a} are both even or both odd.',
  'An exercise on {x}: a rectangle has a perimeter of {c} and one side of {a}; determine the other side and the area.',
  'On {x}: of {c} people, {a} read the paper and {b} listen to the radio; how many at least do neither, if all who read also listen?',
  'In {x}: give an example of two different objects that agree in {a} places and differ in {b}, and prove that they differ.',
  'A question of {x}: how many ways are there to choose {a} out of {c} seats so that no two are neighbours?',
  'For {x}: determine the remainder of ${a}^{{b}}$ on division by {c}.',
  'About {x}: estimate without a calculator whether ${a} \\cdot {b}$ exceeds ${c}^2$, and justify the estimate.',
  'On {x}: a tank holds {c} litres, fills at {a} litres a minute and leaks {b} litres an hour; when is it full?',
  'In the field of {x}: state a definition in your own words and check it against the numbers {a}, {b} and {c}.',
  'From {x}: for which values of $k$ does $z^2 + {a}z + k = 0$ have two different real solutions?',
  'A task on {x}: the mean of five numbers is {a}; after one more number it is {b}; what was added?',
  'Concerning {x}: prove or refute that the product of {a} consecutive whole numbers is divisible by {a}.',
  'On {x}: a map has the scale 1 : {c}000; how long is a path of {a} centimetres in reality, and one of {b}?',
];

/** Programming problems in any language. */
export const CODE_PROBLEMS: readonly string[] = [
  'In {language}, write a function on {x} that takes up to {a} words and returns the {b} most frequent ones in order of appearance.',
  'Using {language} and {x}, read lines of the form name=value, keep the last {a} of each name and report duplicates.',
  'Write a {language} program about {x} that merges {a} sorted sequences and skips every value below {b}.',
  'In {language}, design with {x} a small cache that holds {a} entries and forgets the oldest after {b} reads.',
  'Given {x}, implement in {language} a counter that reports how many of the last {a} events were errors.',
  'With {x}, write {language} code that splits a text into chunks of at most {a} characters without cutting words.',
  'In {language}, explain and fix a function on {x} that fails for inputs longer than {a}.',
  'Write {language} tests for a routine on {x} that must handle 0, 1 and {a} elements and reject negative ones.',
  'Use {x} in {language} to group records by their first {a} letters and print the {b} largest groups.',
  'In {language}, rewrite a loop over {a} items by means of {x} and compare both versions for clarity.',
  'Build a {language} command about {x} that reads numbers until 0 and prints every {a}th of them.',
  'In {language}, use {x} to find the longest run of equal values in a list of up to {a} thousand numbers.',
  'Implement in {language}, as an exercise on {x}, an undo history that keeps {a} steps.',
  'With {language} and {x}, validate a table of {a} columns and name the line and column of each mistake.',
  'In {language}, write for {x} a function that pairs each of {a} players with an opponent in {b} rounds.',
  'Create in {language} a scheduler about {x} that runs {a} jobs, {b} at a time, and keeps their order.',
];

/** Items when nothing is known of what is asked for. */
export const PLAIN_ITEMS: readonly string[] = [
  'A first look at {x}',
  'A practical example of {x}',
  'A question that {x} raises',
  'A surprising fact about {x}',
  'A rule of thumb for {x}',
  'An open problem of {x}',
  'A comparison with {x}',
  'A story about {x}',
  'A test for {x}',
  'A plan for {x}',
  'A criticism of {x}',
  'A tool for {x}',
  'A person behind {x}',
  'A place known for {x}',
  'A mistake in {x}',
  'A habit around {x}',
  'A forecast for {x}',
  'A definition of {x}',
  'A number from {x}',
  'A lesson from {x}',
];
