package io.pithead.coordinator.outbox;

import io.pithead.protocol.queue.Queues.Queue;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks Artemis for figures by its management messages, which are plain JMS messages with properties. */
final class BrokerView {
    private static final String MANAGEMENT = "activemq.management";
    private static final String RESOURCE = "_AMQ_ResourceName";
    private static final String ATTRIBUTE = "_AMQ_Attribute";
    private static final String SUCCEEDED = "_AMQ_OperationSucceeded";
    private static final String MESSAGES = "messageCount";
    private static final String CONSUMERS = "consumerCount";
    private static final long ANSWER_MS = 5_000;
    /** Of a queue that the broker does not know. */
    private static final long UNKNOWN = 0;

    private BrokerView() {}

    static List<Queue> queues(Session session) throws JMSException {
        var asked = new ArrayList<String>();
        TemporaryQueue answers = session.createTemporaryQueue();
        try (MessageProducer producer = session.createProducer(session.createQueue(MANAGEMENT));
                MessageConsumer consumer = session.createConsumer(answers)) {
            for (String queue : Destinations.QUEUES) {
                asked.add(ask(session, producer, answers, queue, MESSAGES));
                asked.add(ask(session, producer, answers, queue, CONSUMERS));
                asked.add(ask(session, producer, answers, Destinations.deadLettersOf(queue), MESSAGES));
            }
            Map<String, Long> figures = listen(consumer, asked.size());
            return Destinations.QUEUES.stream()
                    .map(queue -> new Queue(
                            queue,
                            figures.getOrDefault(key(queue, MESSAGES), UNKNOWN),
                            figures.getOrDefault(key(queue, CONSUMERS), UNKNOWN).intValue(),
                            figures.getOrDefault(key(Destinations.deadLettersOf(queue), MESSAGES), UNKNOWN)))
                    .toList();
        } finally {
            answers.delete();
        }
    }

    private static String key(String queue, String attribute) {
        return queue + " " + attribute;
    }

    private static String ask(
            Session session, MessageProducer producer, TemporaryQueue answers, String queue, String attribute)
            throws JMSException {
        Message question = session.createMessage();
        question.setStringProperty(RESOURCE, "queue." + queue);
        question.setStringProperty(ATTRIBUTE, attribute);
        question.setJMSReplyTo(answers);
        question.setJMSCorrelationID(key(queue, attribute));
        producer.send(question);
        return key(queue, attribute);
    }

    private static Map<String, Long> listen(MessageConsumer consumer, int expected) throws JMSException {
        var figures = new HashMap<String, Long>();
        for (int i = 0; i < expected; i++) {
            Message answer = consumer.receive(ANSWER_MS);
            if (answer == null) {
                throw new JMSException("no answer to a management message: may this user manage?");
            }
            if (answer.getBooleanProperty(SUCCEEDED) && answer instanceof TextMessage text) {
                figures.put(answer.getJMSCorrelationID(), number(text.getText()));
            }
        }
        return figures;
    }

    /** A JSON array of one number. */
    private static long number(String text) {
        String digits = text.replaceAll("[^0-9]", "");
        return digits.isEmpty() ? UNKNOWN : Long.parseLong(digits);
    }
}
