//! A Rust type as a Python class: scripts make instances, call methods, and derive from it.

use taipan::{Class, Exc, Interpreter, Vm};

struct Account {
    owner: String,
    balance: i64,
}

pub fn main() -> Result<(), taipan::Error> {
    let python = Interpreter::new()?;
    python.define(
        Class::<Account>::new("Account")
            .doc("Money of one person.")
            .constructor(|_: &Vm, owner: String, balance: Option<i64>| Account {
                owner,
                balance: balance.unwrap_or(0),
            })
            .signature("(owner, balance=0)")
            .method("withdraw", |this: &mut Account, amount: i64| {
                if amount > this.balance {
                    return Err((
                        Exc::ValueError,
                        format!("{} has only {}", this.owner, this.balance),
                    ));
                }
                this.balance -= amount;
                Ok(this.balance)
            })
            .signature("(amount)")
            .doc("Take money out and return what is left.")
            .getter("balance", |this: &mut Account| this.balance)
            .method("__repr__", |this: &mut Account| format!("<Account of {}>", this.owner)),
    )?;
    python.exec(
        "
class Savings(Account):
    def withdraw(self, amount):
        return super().withdraw(amount + 1)  # a fee

account = Savings('Ada', balance=100)
left = account.withdraw(amount=9)
try:
    account.withdraw(1000)
except ValueError as e:
    problem = str(e)
",
    )?;
    assert_eq!(python.eval::<(i64, i64)>("left, account.balance")?, (90, 90));
    assert_eq!(python.get::<String>("problem")?, "Ada has only 90");
    assert_eq!(python.eval::<String>("repr(account)")?, "<Account of Ada>");
    assert_eq!(
        python.eval::<String>("Account.withdraw.__doc__")?,
        "Take money out and return what is left."
    );
    Ok(())
}
