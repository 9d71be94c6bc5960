import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Date;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.data.DateData;
import org.javarosa.core.model.data.DecimalData;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.IntegerData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.instance.FormInstance;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.model.utils.DateUtils;
import org.javarosa.xpath.XPathParseTool;
import org.javarosa.xpath.expr.XPathFuncExpr;

/**
 * Reads answers ("= name type value") and expressions ("? place text"), one a line, values and
 * texts in base64. A place is the name of the question that holds the expression, "-" for none.
 */
public class Reference {
  private static final TreeElement ROOT = new TreeElement("data", 0);

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, "UTF-8");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    FormInstance instance = null;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split(" ", -1);
      if (parts[0].equals("=")) {
        answer(parts[1], parts[2], decode(parts[3]));
        continue;
      }
      if (instance == null) instance = new FormInstance(ROOT);
      out.println(evaluate(decode(parts[2]), instance, parts[1]));
    }
  }

  /** A name is "question" or "repeat#member/question"; members count from 1. */
  private static void answer(String name, String type, String text) {
    TreeElement parent = ROOT;
    int slash = name.indexOf('/');
    if (slash > 0) {
      String repeat = name.substring(0, name.indexOf('#'));
      int member = Integer.parseInt(name.substring(repeat.length() + 1, slash)) - 1;
      parent = ROOT.getChild(repeat, member);
      if (parent == null) {
        parent = new TreeElement(repeat, member);
        parent.setRepeatable(true);
        ROOT.addChild(parent);
      }
      name = name.substring(slash + 1);
    }
    TreeElement question = new TreeElement(name, 0);
    if (!text.isEmpty()) question.setAnswer(typed(type, text));
    parent.addChild(question);
  }

  private static IAnswerData typed(String type, String text) {
    switch (type) {
      case "integer": return new IntegerData(Integer.parseInt(text));
      case "decimal": return new DecimalData(Double.parseDouble(text));
      case "date": return new DateData(DateUtils.parseDate(text));
      default: return new StringData(text);
    }
  }

  private static String evaluate(String text, FormInstance instance, String place) {
    try {
      EvaluationContext context = new EvaluationContext(instance);
      if (!place.equals("-")) context = new EvaluationContext(context, reference(place));
      Object value = XPathFuncExpr.unpack(XPathParseTool.parseXPath(text).eval(instance, context));
      if (value instanceof Boolean) return "boolean " + encode(value.toString());
      if (value instanceof Double) return "number " + encode(value.toString());
      if (value instanceof Date) {
        return "date " + encode(DateUtils.formatDateTime((Date) value, DateUtils.FORMAT_ISO8601));
      }
      return "text " + encode((String) value);
    } catch (Throwable error) {
      return "error " + encode(String.valueOf(error));
    }
  }

  private static TreeReference reference(String place) {
    TreeReference reference = TreeReference.rootRef();
    reference.add("data", 0);
    for (String step : place.split("/")) {
      String[] parts = step.split("#");
      reference.add(parts[0], parts.length == 1 ? 0 : Integer.parseInt(parts[1]) - 1);
    }
    return reference;
  }

  private static String decode(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
