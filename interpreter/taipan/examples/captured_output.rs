//! Scripts print into strings and read from them.

use taipan::{Captured, Interpreter};

pub fn main() -> Result<(), taipan::Error> {
    let (output, errors) = (Captured::default(), Captured::default());
    let python =
        Interpreter::builder().stdin("Ada\n36\n").stdout(&output).stderr(&errors).build()?;
    python.exec(
        "
import sys
name = input('name? ')
age = int(sys.stdin.readline())
print(f'{name} is {age}', end='.\\n')
print('careful', file=sys.stderr)
sys.stdout.buffer.write(b'bytes\\n')
",
    )?;
    assert_eq!(output.take(), "name? Ada is 36.\nbytes\n");
    assert_eq!(errors.take(), "careful\n");
    python.exec("print('more')")?;
    assert_eq!(output.take(), "more\n");
    Ok(())
}
