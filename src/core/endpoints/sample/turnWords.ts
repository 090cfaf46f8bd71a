/** Word banks for what is said in a conversation, and for running text. `{x}` is what it is about. */

export const FOLLOW_UPS: readonly string[] = [
  'Could you give me a concrete example of {x}?',
  'How would that change if I had only one week?',
  'What is the first step I should take?',
  'I am not sure I understood the part about {x}. Can you put it differently?',
  'And what speaks against it?',
  'Is that also true for beginners?',
  'How do people usually find out whether it worked?',
  'What would you do in my place?',
  'Which of these points matters most, and why?',
  'Does {x} depend on where one lives?',
  'Can you compare that with the usual approach?',
  'My neighbour says the opposite about {x}. Who is right?',
  'How much would that cost, roughly?',
  'What are the warning signs that it goes wrong?',
  'Can you turn that into a short checklist?',
  'Where does the term {x} come from?',
  'Has that always been so?',
  'What if the conditions change halfway through?',
  'Could you explain the reason behind {x}?',
  'How certain is that?',
];

export const SHORT_FOLLOW_UPS: readonly string[] = [
  'Why is that?',
  'Got an example?',
  'And the costs?',
  'How long does it take?',
  'Any risks?',
  'What comes first?',
  'Is there an easier way?',
  'Who decides that?',
  'Does it always work?',
  'More on {x}, please.',
  'What about {x}?',
  'How do I check that?',
  'Since when?',
  'Which one is best?',
];

export const CASES: readonly string[] = [
  'In my case there are two people involved, and only one of them agrees.',
  'We tried it last year and gave up after a month.',
  'There is a budget, but it has to be spent before the summer.',
  'The place is small, and the rules are strict.',
  'I have to report on it in writing, with reasons.',
  'Half of the people concerned have no experience at all.',
  'The figures I have are three years old.',
  'Speed matters less to us than not making a mistake.',
];

export const DEMANDS: readonly string[] = [
  'Please weigh both sides and then decide.',
  'Please answer in the order in which I should act.',
  'I would like the result as a table with reasons.',
  'Say also what would make you change your mind.',
  'Which of your earlier points no longer holds, then?',
  'Please be explicit about what is uncertain.',
];

/** Sentences of an answer. */
export const STATEMENTS: readonly string[] = [
  'The short answer is that {x} depends on purpose and circumstances.',
  'A good way to start with {x} is to look at one small case in detail.',
  'Most people who deal with {x} begin by writing down what they already know.',
  'It helps to separate what is certain about {x} from what is only likely.',
  'Two things are often confused here: the aim of {x} and the means to it.',
  'In practice, {x} takes more time at the beginning than later on.',
  'A simple test shows whether it works: do it once more and compare the results.',
  'Experience suggests that small steps are easier to correct.',
  'There are exceptions, and they usually show up early.',
  'Costs tend to be lower when several people share the tools.',
  'Anyone who teaches {x} will recommend practice over theory at first.',
  'The usual objection is that it does not scale, and sometimes that is right.',
  'A written plan with three lines is better than none.',
  'It is worth asking somebody who has done it before.',
  'When in doubt, choose the option that can be undone.',
  'The details differ from place to place, so local advice matters.',
  'Look at the numbers after a month and not after a day.',
  'The history of {x} shows that simple methods last longest.',
  'What matters in the end is whether the people concerned can use the result.',
  'A second opinion costs little and often saves a lot.',
  'None of this is specific to experts; a beginner can follow the same order.',
  'The remaining questions about {x} are mostly about scale and cost.',
];

/** What joins the sentences of a rewritten text. */
export const CONNECTIVES: readonly string[] = [
  'In other words: ',
  'Put differently: ',
  'To be precise: ',
  'As the text has it: ',
  'In short: ',
  'It is worth noting: ',
  'First of all: ',
  'Moreover: ',
];

/** What a model says that has not done what was asked for. */
export const GARBAGE: readonly string[] = [
  'I thought about this for a while, and there are certainly many possibilities, but it is hard to say which of them you would like to see.',
  'As a sample of a useless answer, this text goes on without ever giving what was requested.',
  'That is an interesting request. Before I begin, could you tell me more about what you need it for?',
  'Many people ask for this, and opinions differ widely, so no selection would do it justice.',
];
